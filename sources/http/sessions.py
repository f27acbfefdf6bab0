"""Sessions of `requests` that can be cut off: a server that sends a byte now and then is no excuse.

The time-outs of sockets begin anew with every byte. Here another thread shuts the socket when a whole
reply's time is over.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection


def new_session() -> requests.Session:
    """Return a session in which the read time-out holds for the whole head of a reply."""
    session = requests.Session()
    session.mount("http://", _TimedAdapter())
    session.mount("https://", _TimedAdapter())
    return session


@contextlib.contextmanager
def cut_off(seconds: float, shut: Callable[[], None]) -> Iterator[threading.Event]:
    """Call `shut` if the block is not done after so many seconds; the event tells that it was."""
    was_cut = threading.Event()

    def cut() -> None:
        was_cut.set()
        # The reply may have ended, and its connection been put back, in this very moment.
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            shut()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()


@contextlib.contextmanager
def _timed_head(connection: HTTPConnection) -> Iterator[None]:
    """Make the read time-out hold for the whole head of a reply, not for each byte of it."""
    # urllib3 has put the read time-out here by now, and a Wire has always one.
    seconds, sock = cast("float", connection.timeout), connection.sock
    with cut_off(seconds, lambda: sock.shutdown(socket.SHUT_RDWR)) as was_cut:
        try:
            yield
        except (OSError, HTTPException, ValueError):
            if was_cut.is_set():
                raise TimeoutError("the head of the reply took too long") from None
            raise


class _TimedHTTPConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _timed_head(self):
            return super().getresponse()


class _TimedHTTPSConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _timed_head(self):
            return super().getresponse()


class _TimedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedHTTPConnection


class _TimedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPSConnection


class _TimedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _use_timed_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        _use_timed_pools(manager)
        return manager


def _use_timed_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _TimedHTTPPool, "https": _TimedHTTPSPool}
