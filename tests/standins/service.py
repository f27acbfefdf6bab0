"""What the stand-ins have in common: a log, faults and, if wanted, a limit of requests per second."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.standins.faults import WIRE_FAULTS, Fault, FaultPlan
from tests.standins.log import Entry, RequestLog
from tests.standins.wire import Reply, Request

Play = Callable[[str, Reply, Mapping[str, Any]], Reply]


class TokenBucket:
    """As many requests per second as `rate` for each caller, and as many at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, caller: str, rate: float) -> float:
        """Take a token and return how many are left; less than zero: there was none."""
        with self._lock:
            now = self._clock()
            level, since = self._levels.get(caller, (rate, now))
            left = min(rate, level + (now - since) * rate) - 1
            self._levels[caller] = (left if left >= 0 else left + 1, now)
        return left


class Service:
    """A service of a stand-in: logs each request, answers it, and spoils the answer as planned."""

    name: str
    prefix: str
    #: Faults that only this service has; `play` makes their replies, `answer` knows the rest.
    own_replies: frozenset[str] = frozenset()
    own_conduct: frozenset[str] = frozenset()

    def __init__(self, faults: Iterable[Fault] = (), log_file: Path | None = None) -> None:
        self.log = RequestLog(self.name, log_file)
        known = self.own_replies | self.own_conduct | WIRE_FAULTS.keys()
        self.faults = FaultPlan(known, faults)

    def ids_of(self, request: Request) -> list[str]:
        raise NotImplementedError

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        raise NotImplementedError

    def play(self, name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
        raise NotImplementedError

    def reply_to(self, request: Request) -> Reply:
        entry = self._record(request)
        due = self.faults.due(entry.number, entry.ids)
        reply = self.answer(request, due)
        for fault in due:
            if fault.name in self.own_replies:
                reply = self.play(fault.name, reply, fault.options)
            elif fault.name in WIRE_FAULTS:
                reply = WIRE_FAULTS[fault.name](reply, fault.options)
        entry.status = None if reply.silent or reply.drop else reply.status
        return reply

    def _record(self, request: Request) -> Entry:
        return self.log.record(
            at=request.at,
            method=request.method,
            path=request.path,
            params=request.params,
            ids=self.ids_of(request),
            headers=request.headers,
        )
