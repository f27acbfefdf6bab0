"""What a stand-in was asked, and when: the tests' measure of rate, batch size and manners."""

import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Entry:
    """One request. `at` is monotonic seconds, comparable between processes of one machine."""

    number: int
    at: float
    service: str
    method: str
    path: str
    params: dict[str, str]
    ids: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None


class RequestLog:
    """The requests of one service in the order of their arrival, numbered from 1."""

    def __init__(self, service: str, file: Path | None = None) -> None:
        self.service = service
        self._file = file
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def record(self, *, at: float | None = None, **details: Any) -> Entry:
        with self._lock:
            entry = Entry(
                number=len(self._entries) + 1,
                at=time.monotonic() if at is None else at,
                service=self.service,
                **details,
            )
            self._entries.append(entry)
            self._append_to_file(entry)
        return entry

    def clear(self) -> None:
        """Forget all requests; the next one is number 1 again."""
        with self._lock:
            self._entries.clear()

    @property
    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    @property
    def ids(self) -> list[str]:
        """All ids asked for, in order, repeats included."""
        return [id_ for entry in self.entries for id_ in entry.ids]

    def __len__(self) -> int:
        return len(self._entries)

    def worst_window(self, seconds: float = 1.0) -> int:
        return worst_window((entry.at for entry in self.entries), seconds)

    def _append_to_file(self, entry: Entry) -> None:
        # A line is whole once written, so a test may read the file of a killed process.
        if self._file:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(entry)) + "\n")


def read_log(file: Path) -> list[Entry]:
    """Return the entries that a stand-in process has written, without their status."""
    return [Entry(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def worst_window(times: Iterable[float], seconds: float = 1.0) -> int:
    """Return the largest number of requests in any sliding window that is `seconds` long."""
    ordered: Sequence[float] = sorted(times)
    worst = first = 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= seconds:
            first += 1
        worst = max(worst, last - first + 1)
    return worst
