"""What the clients have in common: a wire to one service, and what its answers mean when they fail."""

from collections.abc import Callable, Collection
from typing import ClassVar, NotRequired, Self, TypedDict, TypeVar

import requests

from sources.http.failures import Failure, Outcome
from sources.http.replies import Reply
from sources.http.wire import Timeouts, Wire

AnyFailure = TypeVar("AnyFailure", bound=Failure)


class Options(TypedDict):
    """What every client takes, for those that take more."""

    base_url: str
    wait: NotRequired[Callable[[float], None] | None]
    heard: NotRequired[Callable[[Reply], None] | None]
    session: NotRequired[requests.Session | None]
    connect_timeout: NotRequired[float]
    read_timeout: NotRequired[float]
    deadline: NotRequired[float]


class Client:
    """A thin wrapper around requests. Closes its session as a context manager.

    `wait(seconds)` is called before every HTTP request: it returns once the shared rate budget
    allows one, and raises TimeoutError when that would take longer than `seconds`. `heard` is told
    of every reply. `deadline` is the number of seconds that one `fetch` may take, waiting and reading
    included. Subclasses name their own failures: `unavailable` may pass, `rejected` will not.
    """

    unavailable: ClassVar[type[Failure]]
    rejected: ClassVar[type[Failure]]

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
        secrets: Collection[str] = (),
    ) -> None:
        self._wire = Wire(
            base_url,
            user_agent=user_agent,
            failure=self.unavailable,
            timeouts=Timeouts(connect_timeout, read_timeout, deadline),
            wait=wait,
            heard=heard,
            session=session,
            secrets=secrets,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    def _refused(self, reply: Reply) -> Failure:
        """Return what a reply means that is neither a record nor the service's word that it has none."""
        what = reply.location or reply.body.decode("utf-8", "replace")
        outcome: Outcome = "rate_limited" if reply.status == 429 else "server_error"
        # The service's own way to deny a record is known: any other 404 is a server out of order.
        passing = reply.is_passing or reply.status == 404
        return self._failed(self.unavailable if passing else self.rejected, reply, what, outcome)

    def _failed(
        self, kind: type[AnyFailure], reply: Reply, what: str, outcome: Outcome
    ) -> AnyFailure:
        return kind(
            f"{self._named(reply)}: {self._wire.excerpt(what)}",
            outcome=outcome,
            http_status=reply.status,
            retry_after=reply.retry_after,
            duration_ms=reply.duration_ms,
        )

    def _named(self, reply: Reply) -> str:
        return f"status {reply.status}"
