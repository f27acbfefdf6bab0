"""Ask Crossref whether a work has been corrected, doubted, retracted or replaced.

Errors, split by what the caller should do:

* CrossrefError     an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable     worth another try later, not before `retry_after` seconds if that is given
  - Rejected        the same request would fail again
  - Blocked         Crossref has shut us out by hand: stop all asking and tell the operator
"""

import logging
from dataclasses import dataclass
from typing import Final, Unpack
from urllib.parse import quote

from sources.crossref_json import Updates, Work, parse_updates, parse_work
from sources.http import Client, Deadline, Failure, Options, Reply
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


class Crossref(Client):
    """Asks for `/works`; how it waits and ends is an `http.Client`'s.

    `mailto` is an address at which Crossref can reach the operator: it opens the "polite" pool.
    """

    unavailable = Unavailable
    rejected = Rejected

    def __init__(self, *, user_agent: str, mailto: str = "", **options: Unpack[Options]) -> None:
        # In the header, not in the address, where every log on the way would keep it.
        polite = f"{user_agent} (mailto:{mailto})" if mailto else user_agent
        super().__init__(user_agent=polite, secrets=(mailto,), **options)

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
        raise self._refused(reply)


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
