"""Fetch registered trials from the ISRCTN registry (its XML query API).

Errors, split by what the caller should do:

* ISRCTNError      an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable    worth another try later, not before `retry_after` seconds if that is given
  - Rejected       the same request would fail again
"""

from collections.abc import Callable
from typing import Final, Self

import requests

from sources.http import Failure, Outcome, Reply, Timeouts, Wire
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


class ISRCTN:
    """A thin wrapper around requests and `query/format/default`. Closes its session as a context manager.

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
        wait: Callable[[float], None] | None = None,
        heard: Callable[[Reply], None] | None = None,
        session: requests.Session | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        deadline: float = 90.0,
    ) -> None:
        self._wire = Wire(
            base_url,
            user_agent=user_agent,
            failure=Unavailable,
            timeouts=Timeouts(connect_timeout, read_timeout, deadline),
            wait=wait,
            heard=heard,
            session=session,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

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
            raise self._error(reply)
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

    def _error(self, reply: Reply) -> ISRCTNError:
        what = reply.location or reply.body.decode("utf-8", "replace")
        outcome: Outcome = "rate_limited" if reply.status == 429 else "server_error"
        # A trial that is not there is an answer without trials: a 404 is the address, out of order.
        passing = reply.is_passing or reply.status == 404
        return self._failed(Unavailable if passing else Rejected, reply, what, outcome)

    def _failed(
        self, kind: type[ISRCTNError], reply: Reply, what: str, outcome: Outcome
    ) -> ISRCTNError:
        return kind(
            f"status {reply.status}: {self._wire.excerpt(what)}",
            outcome=outcome,
            http_status=reply.status,
            retry_after=reply.retry_after,
            duration_ms=reply.duration_ms,
        )
