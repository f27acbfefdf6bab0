"""Fetch article records from NCBI's E-utilities.

Errors, split by what the caller should do:

* PubMedError       an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable     worth another try later, not before `retry_after` seconds if that is given
  - Rejected        the same request would fail again
  - Blocked         NCBI has shut this address out: stop all fetching and tell the operator
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import requests

from sources.http import Failure

if TYPE_CHECKING:
    from sources.pubmed_xml import Record

IDS_PER_REQUEST: Final = 200


class PubMedError(Failure):
    """PubMed could not be asked, or did not answer the question."""


class Unavailable(PubMedError):
    """No answer, an answer cut short, 429, 5xx, or an error that NCBI documents as passing."""


class Rejected(PubMedError):
    """An answer that will be the same next time: a bad key, a bad request, a wrong parameter."""


class Blocked(PubMedError):
    """NCBI's "blocked" page: every further request makes it worse."""


@dataclass(frozen=True, slots=True)
class RecordWithRaw:
    """A parsed record and the bytes it was parsed from."""

    record: Record
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one efetch brought: `records` by PMID, and the PMIDs that were asked for in vain."""

    records: dict[str, RecordWithRaw]
    missing: frozenset[str]
    deleted: frozenset[str]
    http_status: int
    payload_sha256: str
    duration_ms: int
    rate_limit: int | None
    rate_remaining: int | None


class PubMed:
    """A thin wrapper around requests and efetch.

    `wait(seconds)` is called before every HTTP request: it returns once the shared rate budget
    allows one, and raises TimeoutError when that would take longer than `seconds`. `deadline` is the
    number of seconds that one `fetch` may take, waiting and reading included.
    """

    def __init__(
        self,
        *,
        base_url: str,
        tool: str,
        email: str = "",
        api_key: str = "",
        wait: Callable[[float], None] | None = None,
        session: requests.Session | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        deadline: float = 90.0,
    ) -> None:
        raise NotImplementedError

    def fetch(self, pmids: Collection[str]) -> Fetched:
        """Return the records of up to 200 PMIDs.

        Raises ValueError before any request for an id that is not a PMID and for more than 200
        of them; otherwise a PubMedError. All or nothing: a reply that is cut short brings nothing.
        """
        raise NotImplementedError
