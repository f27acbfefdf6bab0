"""Fetch registered trials from ClinicalTrials.gov (API v2).

Errors, split by what the caller should do:

* ClinicalTrialsError   an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable         worth another try later, not before `retry_after` seconds if that is given
  - Rejected            the same request would fail again
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sources.clinicaltrials_json import Malformed, parse_study
from sources.http import Client, Deadline, Failure, Reply
from sources.identifiers import IllegalIdentifier, parse_nct
from sources.registration import FetchedTrial, NotFound


class ClinicalTrialsError(Failure):
    """The registry could not be asked, or did not answer the question."""


class Unavailable(ClinicalTrialsError):
    """No answer, one that is cut short or not about this trial, a page that is not the API's, 429, 5xx."""


class Rejected(ClinicalTrialsError):
    """An answer that will be the same next time: any other 4xx, a redirect away from the registry."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The registry still has what was fetched with the same `etag`."""

    registry_id: str
    etag: str
    http_status: int
    duration_ms: int


class ClinicalTrials(Client):
    """Asks for `/studies/{nctId}`; how it waits and ends is an `http.Client`'s."""

    unavailable = Unavailable
    rejected = Rejected

    def fetch(self, nct: str, *, etag: str | None = None) -> FetchedTrial | NotFound | NotModified:
        """Return the trial, or that there is none.

        Raises ValueError before any request for an id that is not an NCT number; otherwise a
        ClinicalTrialsError. NotModified comes only where an `etag` was given.
        """
        asked = parse_nct(nct)
        deadline = self._wire.deadline()
        reply = self._ask(asked, etag, deadline)
        current = self._alias_of(reply)
        if current and current != asked:
            # The etag belongs to what the old number answered, which is nothing but this redirect.
            reply = self._ask(current, None, deadline)
        return self._read(reply, asked, current or asked, etag)

    def _ask(self, nct: str, etag: str | None, deadline: Deadline) -> Reply:
        headers = {"Accept": "application/json"}
        if etag:
            headers["If-None-Match"] = etag
        return self._wire.send("GET", f"studies/{nct}", deadline=deadline, headers=headers)

    def _alias_of(self, reply: Reply) -> str | None:
        """Return the number that a redirect leads to, if it stays within the API's studies."""
        if reply.location is None:
            return None
        target, base = urlsplit(reply.location), urlsplit(self._wire.base_url)
        own = (base.scheme, base.netloc, f"{base.path}studies")
        folder, _, last = target.path.rpartition("/")
        if (target.scheme, target.netloc, folder) != own:
            return None
        try:
            return parse_nct(last)
        except IllegalIdentifier:
            return None

    def _read(
        self, reply: Reply, asked: str, current: str, etag: str | None
    ) -> FetchedTrial | NotFound | NotModified:
        if reply.status == 200:
            return self._trial(reply, asked, current)
        if reply.status == 304 and etag:
            return NotModified(current, etag, reply.status, reply.duration_ms)
        if _denies(reply, current):
            return NotFound(asked, reply.status, reply.sha256, reply.duration_ms)
        raise self._refused(reply)

    def _trial(self, reply: Reply, asked: str, current: str) -> FetchedTrial:
        try:
            study = parse_study(reply.body)
        except Malformed as error:
            raise self._failed(Unavailable, reply, str(error), "bad_payload") from None
        found = study.registry_id
        if found != current and asked not in study.nct_aliases:
            what = f"asked for {current}, answered with {found}"
            raise self._failed(Unavailable, reply, what, "bad_payload")
        return FetchedTrial(
            study=study,
            raw=reply.body,
            registry_id=found,
            alias=None if found == asked else asked,
            etag=reply.headers.get("ETag"),
            http_status=reply.status,
            payload_sha256=reply.sha256,
            duration_ms=reply.duration_ms,
        )


def _denies(reply: Reply, nct: str) -> bool:
    """Tell whether the API itself says that it has no such trial, in its own words."""
    words = rf"NCT number {nct} not found".encode()
    return (
        reply.status == 404
        and reply.content_type.startswith("text/plain")
        and re.search(words, reply.body, re.IGNORECASE) is not None
    )
