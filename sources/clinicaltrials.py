"""Fetch registered trials from ClinicalTrials.gov (API v2).

Errors, split by what the caller should do:

* ClinicalTrialsError   an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable         worth another try later, not before `retry_after` seconds if that is given
  - Rejected            the same request would fail again
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from sources.http import Failure

if TYPE_CHECKING:
    from sources.clinicaltrials_json import Study


class ClinicalTrialsError(Failure):
    """The registry could not be asked, or did not answer the question."""


class Unavailable(ClinicalTrialsError):
    """No answer, an answer cut short or that is not JSON, 429, 5xx."""


class Rejected(ClinicalTrialsError):
    """An answer that will be the same next time: any other 4xx, or another trial than asked for."""


@dataclass(frozen=True, slots=True)
class FetchedTrial:
    """A trial as the registry has it now.

    `registry_id` is the id the registry uses; `alias` is the id asked for when the registry has
    merged it into that one, else None.
    """

    study: Study
    raw: bytes
    registry_id: str
    alias: str | None
    etag: str | None
    http_status: int
    payload_sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class NotFound:
    """The registry itself says that it has no such trial."""

    registry_id: str
    http_status: int
    payload_sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class NotModified:
    """The registry still has what was fetched with the same `etag`."""

    registry_id: str
    etag: str
    http_status: int
    duration_ms: int


class ClinicalTrials:
    """A thin wrapper around requests and `/studies/{nctId}`. `wait`, `deadline`: as for `PubMed`."""

    def __init__(
        self,
        *,
        base_url: str,
        user_agent: str,
        wait: Callable[[float], None] | None = None,
        session: requests.Session | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        deadline: float = 90.0,
    ) -> None:
        raise NotImplementedError

    def fetch(self, nct: str, *, etag: str | None = None) -> FetchedTrial | NotFound | NotModified:
        """Return the trial, or that there is none.

        Raises ValueError before any request for an id that is not an NCT number; otherwise a
        ClinicalTrialsError. NotModified comes only where an `etag` was given.
        """
        raise NotImplementedError
