"""What loading a data set did, and what kept it from doing more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from claims.actions.errors import Refused
from claims.actions.proposals import Change


class DatasetConflict(Refused):
    """The data set is sound, but contradicts what is stored; nothing was written."""


@dataclass(slots=True)
class Tally:
    """How many entries of one kind were what."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


class Kept(NamedTuple):
    """Something that was edited or removed here since, and was therefore left alone."""

    kind: str
    key: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """`kept` tells what reviewers edited, `gone` what the data set no longer has; neither is touched."""

    dataset: str
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    kept: list[Kept] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    verdicts: list[Change] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.verdicts) or any(
            tally.created or tally.changed for tally in self.tallies.values()
        )

    def counts(self) -> Mapping[str, dict[str, int]]:
        """Return {kind: {created, changed, unchanged, kept}}."""
        return {
            kind: {name: getattr(tally, name) for name in Tally.__slots__}
            for kind, tally in self.tallies.items()
        }
