"""Sessions of `requests` that can be cut off: a server that sends a byte now and then is no excuse.

The time-outs of sockets begin anew with every byte. Here another thread shuts the socket when a whole
reply's time is over.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import Any, Final, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


def new_session(pools: Mapping[str, type[HTTPConnectionPool]] | None = None) -> requests.Session:
    """Return a session in which the read time-out holds for the whole head of a reply.

    `pools`, by scheme, are for a client whose timed connections do still more.
    """
    session = requests.Session()
    session.mount("http://", _TimedAdapter(pools or TIMED_POOLS))
    session.mount("https://", _TimedAdapter(pools or TIMED_POOLS))
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


class TimedHTTPConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _timed_head(self):
            return super().getresponse()


class TimedHTTPSConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _timed_head(self):
            return super().getresponse()


class _TimedHTTPPool(HTTPConnectionPool):
    ConnectionCls = TimedHTTPConnection


class _TimedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = TimedHTTPSConnection


TIMED_POOLS: Final = {"http": _TimedHTTPPool, "https": _TimedHTTPSPool}


class _TimedAdapter(HTTPAdapter):
    def __init__(self, pools: Mapping[str, type[HTTPConnectionPool]]) -> None:
        self._pools = dict(pools)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager
