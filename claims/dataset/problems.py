"""What is wrong with a data set: collected while reading, so that all of it is told at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: `claims.yaml: claim 'x': parent: ...`."""

    file: str
    message: str
    kind: str = ""
    key: str = ""
    field: str = ""

    def __str__(self) -> str:
        entry = f"{self.kind} '{self.key}'" if self.key else self.kind
        return ": ".join(part for part in (self.file, entry, self.field, self.message) if part)


class InvalidDataset(Exception):
    """The data set cannot be loaded; `problems` says why, one by one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)

    def of_file(self, file: str, message: str) -> None:
        self.found.append(Problem(file, message))

    def add(self, file: str, kind: str, key: str, field: str, message: str) -> None:
        self.found.append(Problem(file, message, kind, key, field))

    def raise_if_any(self) -> None:
        if self.found:
            raise InvalidDataset(self.found)
