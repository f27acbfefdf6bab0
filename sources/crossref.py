"""Ask Crossref whether a work has been corrected, doubted, retracted or replaced.

Errors, split by what the caller should do:

* CrossrefError     an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable     worth another try later, not before `retry_after` seconds if that is given
  - Rejected        the same request would fail again
  - Blocked         Crossref has shut us out by hand: stop all asking and tell the operator
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote

import requests

from sources.crossref_json import Updates, Work, parse_updates, parse_work
from sources.http import Deadline, Failure, Outcome, Reply, Timeouts, Wire
from sources.identifiers import parse_doi
from sources.registration import Malformed

#: Of one work; Crossref knows of none with nearly as many, and a list cut short is refused.
MOST_NOTICES: Final = 200
HOW_TO_UNBLOCK: Final = (
    "Crossref has blocked us by hand. Stop asking, and write to support@crossref.org with the e-mail "
    "that is sent along"
)

logger = logging.getLogger(__name__)


class CrossrefError(Failure):
    """Crossref could not be asked, or did not answer the question."""


class Unavailable(CrossrefError):
    """No answer, one that is cut short or about another work, a page, 429, 5xx."""


class Rejected(CrossrefError):
    """An answer that will be the same next time: any other 4xx, a redirect."""


class Blocked(CrossrefError):
    """A 403: whoever goes on asking makes it worse."""


@dataclass(frozen=True, slots=True)
class FetchedWork:
    """What Crossref says of a DOI now: the work, and the notices about it from both sides.

    `raw` are the bytes of each of the two replies. `doi` is the one that was asked for; the work may
    go by another one of which it is an alias.
    """

    doi: str
    work: Work
    updates: Updates
    raw: tuple[bytes, ...]
    http_status: int
    payload_sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class NotFound:
    """Crossref itself says that it does not have this DOI; another agency may."""

    doi: str
    http_status: int
    payload_sha256: str
    duration_ms: int


class Crossref:
    """A thin wrapper around requests and `/works`. Closes its session as a context manager.

    `mailto` is an address at which Crossref can reach the operator: it opens the "polite" pool.
    `wait(seconds)` is called before every HTTP request: it returns once the shared rate budget
    allows one, and raises TimeoutError when that would take longer than `seconds`. `heard` is told
    of every reply. `deadline` is the number of seconds that one `fetch` may take, waiting and reading
    included.
    """

    def __init__(
        self,
        *,
        base_url: str,
        user_agent: str,
        mailto: str = "",
        wait: Callable[[float], None] | None = None,
        heard: Callable[[Reply], None] | None = None,
        session: requests.Session | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        deadline: float = 90.0,
    ) -> None:
        # In the header, not in the address, where every log on the way would keep it.
        self._wire = Wire(
            base_url,
            user_agent=f"{user_agent} (mailto:{mailto})" if mailto else user_agent,
            failure=Unavailable,
            timeouts=Timeouts(connect_timeout, read_timeout, deadline),
            wait=wait,
            heard=heard,
            session=session,
            secrets=(mailto,),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    def fetch(self, doi: str) -> FetchedWork | NotFound:
        """Return what Crossref says of the work, or that it does not have it.

        Raises ValueError before any request for what is no DOI; otherwise a CrossrefError.
        """
        asked = parse_doi(doi)
        deadline = self._wire.deadline()
        reply = self._ask(f"works/{quote(asked, safe='')}", deadline)
        if _denies(reply):
            return NotFound(asked, reply.status, reply.sha256, reply.duration_ms)
        work = self._work(reply, asked)
        replies, updates = [reply], work.updates
        # A comma ends a filter's value, and there is no way to write one within it.
        if "," not in work.doi:
            replies.append(self._ask(_notices_of(work.doi), deadline))
            updates |= self._updates(replies[-1], work.doi)
        return FetchedWork(
            doi=asked,
            work=work,
            updates=updates,
            raw=tuple(each.body for each in replies),
            http_status=reply.status,
            payload_sha256=reply.sha256,
            duration_ms=sum(each.duration_ms for each in replies),
        )

    def _ask(self, path: str, deadline: Deadline) -> Reply:
        headers = {"Accept": "application/json"}
        return self._wire.send("GET", path, deadline=deadline, headers=headers)

    def _work(self, reply: Reply, asked: str) -> Work:
        self._refuse_all_but_success(reply)
        try:
            work = parse_work(reply.body)
        except Malformed as error:
            raise self._failed(Unavailable, reply, str(error), "bad_payload") from None
        if asked != work.doi and asked not in work.aliases:
            what = f"asked for {asked}, answered with {work.doi}"
            raise self._failed(Unavailable, reply, what, "bad_payload")
        return work

    def _updates(self, reply: Reply, doi: str) -> Updates:
        self._refuse_all_but_success(reply)
        try:
            return parse_updates(reply.body, doi)
        except Malformed as error:
            raise self._failed(Unavailable, reply, str(error), "bad_payload") from None

    def _refuse_all_but_success(self, reply: Reply) -> None:
        if reply.status == 200:
            return
        if reply.status == 403:
            logger.error("%s", HOW_TO_UNBLOCK)
            raise self._failed(Blocked, reply, HOW_TO_UNBLOCK, "rate_limited")
        what = reply.location or reply.body.decode("utf-8", "replace")
        outcome: Outcome = "rate_limited" if reply.status == 429 else "server_error"
        # A 404 of the API is one plain line; a page is from a server in front of it, out of order.
        passing = reply.is_passing or reply.status == 404
        raise self._failed(Unavailable if passing else Rejected, reply, what, outcome)

    def _failed(
        self, kind: type[CrossrefError], reply: Reply, what: str, outcome: Outcome
    ) -> CrossrefError:
        return kind(
            f"status {reply.status}: {self._wire.excerpt(what)}",
            outcome=outcome,
            http_status=reply.status,
            retry_after=reply.retry_after,
            duration_ms=reply.duration_ms,
        )


def _notices_of(doi: str) -> str:
    filter_ = quote(f"updates:{doi}", safe="")
    return f"works?filter={filter_}&rows={MOST_NOTICES}&select=DOI,update-to"


def _denies(reply: Reply) -> bool:
    """Tell whether the API itself says that it does not have this DOI."""
    return (
        reply.status == 404
        and reply.content_type.startswith("text/plain")
        and b"resource not found" in reply.body.lower()
    )
