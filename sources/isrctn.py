"""Fetch registered trials from the ISRCTN registry (its XML query API).

Errors, split by what the caller should do:

* ISRCTNError      an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable    worth another try later, not before `retry_after` seconds if that is given
  - Rejected       the same request would fail again
"""

from typing import Final

from sources.http import Client, Failure, Reply
from sources.identifiers import parse_isrctn
from sources.isrctn_xml import Malformed, parse_answer
from sources.registration import FetchedTrial, NotFound

#: A query finds every trial that mentions the number; the registry serves no second page.
MOST_TRIALS: Final = 50


class ISRCTNError(Failure):
    """The registry could not be asked, or did not answer the question."""


class Unavailable(ISRCTNError):
    """No answer, one that is cut short or not about this trial, a page that is not the API's, 429, 5xx."""


class Rejected(ISRCTNError):
    """An answer that will be the same next time: any other 4xx, a redirect for good."""


class ISRCTN(Client):
    """Asks `query/format/default`; how it waits and ends is an `http.Client`'s."""

    unavailable = Unavailable
    rejected = Rejected

    def fetch(self, number: str) -> FetchedTrial | NotFound:
        """Return the trial, or that there is none.

        Raises ValueError before any request for what is not an ISRCTN number; otherwise an
        ISRCTNError.
        """
        asked = parse_isrctn(number)
        reply = self._wire.send(
            "GET",
            f"query/format/default?q={asked}&limit={MOST_TRIALS}",
            deadline=self._wire.deadline(),
            headers={"Accept": "application/xml"},
        )
        if reply.status != 200:
            raise self._refused(reply)
        return self._read(reply, asked)

    def _read(self, reply: Reply, asked: str) -> FetchedTrial | NotFound:
        try:
            study = parse_answer(reply.body, asked)
        except Malformed as error:
            raise self._failed(Unavailable, reply, str(error), "bad_payload") from None
        if study is None:
            return NotFound(asked, reply.status, reply.sha256, reply.duration_ms)
        return FetchedTrial(
            study=study,
            raw=reply.body,
            registry_id=asked,
            alias=None,
            etag=None,
            http_status=reply.status,
            payload_sha256=reply.sha256,
            duration_ms=reply.duration_ms,
        )
