"""Sends requests to one service and reads its replies, within a deadline and a number of bytes."""

import html
import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import requests
from urllib3.exceptions import ProtocolError

from sources.http.failures import Failure
from sources.http.replies import Reply
from sources.http.sessions import cut_off, new_session

#: Of the body as it is after decompression.
BYTE_CAP: Final = 20 * 2**20
PIECE: Final = 64 * 2**10
#: With which urllib3 begins its messages.
POOL_OR_CONNECTION: Final = re.compile(r"^\w+\(host=[^)]*\): ")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two bytes, and for a whole fetch with all its waiting."""

    connect: float
    read: float
    deadline: float


class Deadline:
    """The moment at which a fetch has to be over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; never so few that a socket would take them for "do not wait"."""
        return max(0.001, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end


class Wire:
    """`wait(seconds)` is called before every request: it returns once the rate budget allows one, and
    raises TimeoutError when that would take longer than `seconds`. `heard(reply)` is called with
    every whole reply, whatever its status: its headers tell what the service allows. `failure` is
    the class to raise when no reply comes. `secrets` are struck out of everything that is said.
    """

    def __init__(
        self,
        base_url: str,
        *,
        user_agent: str,
        failure: type[Failure],
        timeouts: Timeouts,
        wait: Callable[[float], None] | None = None,
        heard: Callable[[Reply], None] | None = None,
        session: requests.Session | None = None,
        secrets: Collection[str] = (),
        byte_cap: int = BYTE_CAP,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        self._failure = failure
        self._timeouts = timeouts
        self._wait = wait
        self._heard = heard
        self._session = session or new_session()
        self._secrets = _any_of(secrets)
        self._byte_cap = byte_cap

    def close(self) -> None:
        self._session.close()

    def deadline(self) -> Deadline:
        """Return the deadline of a fetch that begins now."""
        return Deadline(self._timeouts.deadline)

    def send(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return the reply to a request, which is sent again once if the connection is reset.

        `path` is relative to the service's base URL; `form` is the body of a POST.
        """
        request = requests.Request(
            method,
            urljoin(self.base_url, path),
            data=form,
            headers=self._headers | {**(headers or {})},
        )
        result = self._attempt(request, deadline)
        # A cold process, or a connection kept alive too long: it was gone before the first byte.
        if isinstance(result, _NoReply) and result.is_reset:
            result = self._attempt(request, deadline)
        if isinstance(result, _NoReply):
            raise result.failure
        if self._heard:
            self._heard(result)
        return result

    def redact(self, text: str) -> str:
        return self._secrets.sub("[redacted]", text)

    def excerpt(self, text: str, length: int = 200) -> str:
        """Return the beginning of a text in one printable line without secrets, fit for a log."""
        clean = "".join(each if each.isprintable() else " " for each in self.redact(text))
        return " ".join(clean.split())[:length]

    def _attempt(self, request: requests.Request, deadline: Deadline) -> "Reply | _NoReply":
        """Return the reply or what became of it.

        The failure is made here and raised by the caller, out of reach of the exceptions of
        `requests`: they hold the request, and so the key.
        """
        self._take_turn(request.url, deadline)
        started = time.monotonic()
        status = None
        try:
            with self._open(request, deadline) as response:
                status = response.status_code
                body = self._read(response, deadline)
                return self._reply(response, body, _milliseconds(started))
        except (requests.RequestException, _GivenUp, ValueError) as trouble:
            # ValueError: what Python's TLS says when the socket is shut while it reads.
            return self._no_reply(trouble, request.url, status, started, deadline)

    def _take_turn(self, url: str, deadline: Deadline) -> None:
        try:
            if self._wait:
                self._wait(deadline.left)
            if deadline.is_over:
                raise TimeoutError
        except TimeoutError:
            raise self._failure(
                f"{self._named(url)}: no turn in the request budget within {deadline.seconds:g} s",
                outcome="rate_limited",
            ) from None

    def _open(self, request: requests.Request, deadline: Deadline) -> requests.Response:
        left = deadline.left
        return self._session.request(
            request.method,
            request.url,
            data=request.data,
            headers=request.headers,
            timeout=(min(self._timeouts.connect, left), min(self._timeouts.read, left)),
            stream=True,
            allow_redirects=False,
        )

    def _read(self, response: requests.Response, deadline: Deadline) -> bytes:
        body = bytearray()
        with cut_off(deadline.left, response.raw.shutdown) as was_cut:
            for piece in response.iter_content(PIECE):
                body += piece
                if len(body) > self._byte_cap:
                    raise _GivenUp(f"the reply has more than {self._byte_cap} bytes")
        if was_cut.is_set():
            # Without a length the reply would seem to end where we have cut it.
            raise requests.Timeout
        return bytes(body)

    def _reply(self, response: requests.Response, body: bytes, duration_ms: int) -> Reply:
        name = self._named(response.url)
        logger.debug("%s: %d, %d bytes, %d ms", name, response.status_code, len(body), duration_ms)
        return Reply(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=response.url,
            duration_ms=duration_ms,
        )

    def _no_reply(
        self,
        trouble: Exception,
        url: str,
        status: int | None,
        started: float,
        deadline: Deadline,
    ) -> "_NoReply":
        if isinstance(trouble, _GivenUp):
            what = str(trouble)
        elif deadline.is_over:
            what = f"no whole reply within {deadline.seconds:g} s"
        else:
            what = _in_plain_words(trouble)
        failure = self._failure(
            f"{self._named(url)}: {self.excerpt(what, 300)}",
            # A reply that began may have broken off for its size: fewer records may come through.
            outcome="bad_payload" if status else "network",
            http_status=status,
            duration_ms=_milliseconds(started),
        )
        return _NoReply(failure, is_reset=_is_reset(trouble))

    def _named(self, url: str) -> str:
        parts = urlsplit(url)
        return self.redact(f"{parts.hostname}{parts.path}")


@dataclass(frozen=True, slots=True)
class _NoReply:
    failure: Failure
    is_reset: bool


class _GivenUp(Exception):
    """A reply that we did not want to read to its end."""


def _is_reset(trouble: Exception) -> bool:
    """Tell whether the connection was closed or reset before any of the reply was seen."""
    aborted = trouble.args[0] if isinstance(trouble, requests.ConnectionError) else None
    return isinstance(aborted, ProtocolError) and isinstance(aborted.args[-1], ConnectionError)


def _in_plain_words(trouble: BaseException) -> str:
    """Return what the socket said, which requests and urllib3 wrap up to three times."""
    wrapped = (getattr(trouble, "reason", None), *trouble.args)
    inner = next((each for each in wrapped if isinstance(each, Exception)), None)
    if inner:
        return _in_plain_words(inner)
    return f"{type(trouble).__name__}: {POOL_OR_CONNECTION.sub('', str(trouble))}"


def _any_of(secrets: Collection[str]) -> re.Pattern[str]:
    """Return a pattern of the secrets as they are, and as a URL, a form or a page writes them."""
    forms = {
        write(secret)
        for secret in secrets
        if secret
        for write in (str, quote, quote_plus, html.escape)
    }
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
