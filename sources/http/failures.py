"""What every client's failures have in common: the facts that the ledger keeps of an attempt."""

from typing import Literal

Outcome = Literal["rate_limited", "server_error", "network", "bad_payload"]


class Failure(Exception):
    """A request that brought nothing.

    `outcome` is a word of the ledger's `FetchAttempt`: "network" when nothing came, "bad_payload" when
    what came was not whole or not what was asked for. `http_status` is None when no answer came;
    `retry_after` is the number of seconds the service asked us to wait (1 to 120), None when it
    did not say; `duration_ms` is how long the request took. The message holds no secret.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome,
        http_status: int | None = None,
        retry_after: float | None = None,
        duration_ms: int = 0,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.http_status = http_status
        self.retry_after = retry_after
        self.duration_ms = duration_ms
