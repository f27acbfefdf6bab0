"""Fetches one page: at most so many redirects, bytes and seconds, and only what can be read as text."""

import socket
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Final, Self

from claims.web.addresses import Resolve, checked_url
from claims.web.failures import NoPage, TryLater
from claims.web.guard import guarded_session
from sources.http import Deadline, Failure, Reply, Timeouts, Wire

REDIRECTS: Final = 5
BYTES: Final = 5 * 2**20
SECONDS: Final = 30.0
MEDIA_TYPES: Final = ("text/html", "application/xhtml+xml", "text/plain")
UPLOAD: Final = "Save the page in a browser and import the file."


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came. `charset` is what the server said of it, None if it said nothing."""

    url: str
    media_type: str
    charset: str | None
    body: bytes

    @property
    def is_html(self) -> bool:
        return self.media_type != "text/plain"


class WebPages:
    """`with WebPages(user_agent=...) as web: web.fetch(url)`.

    `allow_loopback` is for tests, whose servers are on this machine.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        seconds: float = SECONDS,
        byte_cap: int = BYTES,
        resolve: Resolve = socket.getaddrinfo,
        allow_loopback: bool = False,
    ) -> None:
        self._wire = Wire(
            "http://invalid/",
            user_agent=user_agent,
            failure=Failure,
            timeouts=Timeouts(
                connect=min(10.0, seconds), read=min(15.0, seconds), deadline=seconds
            ),
            session=guarded_session(resolve=resolve, allow_loopback=allow_loopback),
            byte_cap=byte_cap,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._wire.close()

    def fetch(self, url: str) -> Page:
        """Return the page at this address, or where it redirects to. Raises WebFailure."""
        deadline = self._wire.deadline()
        url = checked_url(url)
        for _ in range(REDIRECTS + 1):
            reply = self._get(url, deadline)
            if reply.location is None:
                return _page(url, reply)
            url = checked_url(reply.location)
        raise NoPage(f"The address leads on more than {REDIRECTS} times. {UPLOAD}")

    def _get(self, url: str, deadline: Deadline) -> Reply:
        accept = {"Accept": ", ".join(MEDIA_TYPES)}
        try:
            return self._wire.send("GET", url, deadline=deadline, headers=accept)
        except Failure as failure:
            if failure.outcome == "bad_payload":
                raise NoPage(f"{failure}. {UPLOAD}") from None
            raise TryLater(f"{failure}. Check the address, or try again later.") from None


def _page(url: str, reply: Reply) -> Page:
    said = Message()
    said["Content-Type"] = reply.content_type
    if reply.is_passing:
        raise TryLater(f"The server answered {_status(reply)}. Try again later.")
    if reply.status != HTTPStatus.OK:
        raise NoPage(f"The server answered {_status(reply)}. Check the address. {UPLOAD}")
    if not reply.content_type or said.get_content_type() not in MEDIA_TYPES:
        what = reply.content_type or "something without a type"
        raise NoPage(f"This is {what}, no page of text. {UPLOAD}")
    return Page(url, said.get_content_type(), said.get_content_charset(), reply.body)


def _status(reply: Reply) -> str:
    known = {status.value: status.phrase for status in HTTPStatus}
    return f"{reply.status} {known.get(reply.status, '')}".strip()
