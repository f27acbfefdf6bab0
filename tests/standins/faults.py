"""What can be made to go wrong: a `Fault` says what, and on which requests or for which ids.

A fault is data, so that a process can be told of it as JSON: `{"name": "E1", "requests": [2],
"retry_after": "5"}`. Without `requests` and `ids` it strikes every request; `after` lets as many
matching requests pass first, and `times` ends it.
"""

import gzip
import io
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.standins.wire import Reply

HTML = (
    b"<!DOCTYPE html>\n<html><head><title>Service page</title></head><body>Sorry.</body></html>\n"
)


@dataclass(frozen=True)
class Fault:
    """A thing that goes wrong. `options` are the further keys of its JSON form."""

    name: str
    requests: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()
    after: int = 0
    times: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Fault":
        own = {"name", "requests", "ids", "after", "times"}
        return cls(
            name=said["name"],
            requests=frozenset(said.get("requests", ())),
            ids=frozenset(said.get("ids", ())),
            after=said.get("after", 0),
            times=said.get("times"),
            options={key: value for key, value in said.items() if key not in own},
        )

    def concerns(self, number: int, ids: Iterable[str]) -> bool:
        by_number = not self.requests or number in self.requests
        return by_number and (not self.ids or not self.ids.isdisjoint(ids))


def fault(name: str, **said: Any) -> Fault:
    """Return a fault, written as in JSON: `fault("E1", requests=[2], retry_after="5")`."""
    return Fault.from_json({"name": name, **said})


class FaultPlan:
    """The faults of one service, and how often each of them has matched a request."""

    def __init__(self, known: Iterable[str], faults: Iterable[Fault] = ()) -> None:
        self._known = frozenset(known)
        self._lock = threading.Lock()
        self.set(faults)

    def set(self, faults: Iterable[Fault]) -> None:
        planned = list(faults)
        unknown = sorted({each.name for each in planned} - self._known)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(unknown)}")
        with self._lock:
            self._planned = planned
            self._matches = [0] * len(planned)

    def due(self, number: int, ids: Iterable[str]) -> list[Fault]:
        """Return the faults that strike this request, and count it."""
        asked = list(ids)
        with self._lock:
            return [
                each
                for position, each in enumerate(self._planned)
                if each.concerns(number, asked) and self._strikes(position, each)
            ]

    def _strikes(self, position: int, planned: Fault) -> bool:
        self._matches[position] += 1
        late = self._matches[position] - planned.after
        return late > 0 and (planned.times is None or late <= planned.times)


def _slow(reply: Reply, options: Mapping[str, Any]) -> Reply:
    return replace(reply, delay=options.get("seconds", 1.0))


def _drip(reply: Reply, options: Mapping[str, Any]) -> Reply:
    return replace(
        reply,
        drip=options.get("seconds", 0.05),
        drip_headers=options.get("headers", False),
        framing=options.get("framing", "chunked"),
    )


#: Places at which a body breaks off worst: what comes before one of them, and is still there.
PLACES = {
    "in_character": re.compile(rb"[\xc2-\xf4](?=[\x80-\xbf])"),
    "in_tag": re.compile(rb"<[A-Z]\w+(?=[ >])"),
    "in_record": re.compile(rb"</ArticleTitle>|</BookTitle>"),
    "before_end": re.compile(rb"(?=</PubmedArticleSet>)"),
}


def place(body: bytes, at: int | str) -> int:
    """Return how many bytes come before a place: a name of PLACES, or a number (negative: from the end)."""
    if isinstance(at, int):
        return at % (len(body) or 1)
    found = list(PLACES[at].finditer(body))
    return found[-1].end()


def _cut(reply: Reply, options: Mapping[str, Any]) -> Reply:
    """Break the connection `at` a place of the body."""
    return replace(
        reply,
        cut=place(reply.body, options["at"]),
        framing=options.get("framing", "chunked"),
    )


def _truncate(reply: Reply, options: Mapping[str, Any]) -> Reply:
    """End the body `at` a place as if that were all of it."""
    return replace(reply, body=reply.body[: place(reply.body, options["at"])])


def _bomb(reply: Reply, options: Mapping[str, Any]) -> Reply:
    """Send as many megabytes of white space before the end of the body, well compressed."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as bomb:
        bomb.write(reply.body[:-20])
        for _ in range(options.get("megabytes", 100)):
            bomb.write(b" " * 2**20)
        bomb.write(reply.body[-20:])
    return replace(reply, encoded=packed.getvalue())


def _html(reply: Reply, options: Mapping[str, Any]) -> Reply:
    status = options.get("status", 200)
    return replace(reply, status=status, content_type="text/html; charset=UTF-8", body=HTML)


def _status(reply: Reply, options: Mapping[str, Any]) -> Reply:
    """Answer with `status`, and with `body`, `content_type` and `headers` where given."""
    return replace(
        reply,
        status=options["status"],
        body=options.get("body", "").encode(),
        content_type=options.get("content_type", "text/plain"),
        headers=reply.headers | options.get("headers", {}),
    )


#: What can go wrong with any service's replies.
WIRE_FAULTS: dict[str, Callable[[Reply, Mapping[str, Any]], Reply]] = {
    "slow": _slow,
    "drip": _drip,
    "cut": _cut,
    "truncate": _truncate,
    "bomb": _bomb,
    "html": _html,
    "status": _status,
    "silent": lambda reply, options: replace(reply, silent=True),
    "close": lambda reply, options: replace(reply, drop="close"),
    "reset": lambda reply, options: replace(reply, drop="reset"),
}
