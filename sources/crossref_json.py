"""What Crossref says of a work's standing: `updated-by` on the work, `update-to` on its notices.

A work that has `update-to` is itself the notice about another one, and not touched by it; only an
entry that names the work's own DOI is about the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sources.identifiers import IllegalIdentifier, parse_doi
from sources.json_nodes import Node, load
from sources.registration import Malformed

PARSER_VERSION: Final = "1"
MAX_BYTES: Final = 20 * 2**20

#: Crossmark's twelve types of update and Retraction Watch's reinstatement, and what kind of notice
#: each is. An addendum or a clarification leaves the paper standing, as a correction does.
KIND_OF_TYPE: Final = {
    "retraction": "retraction",
    "withdrawal": "retraction",
    "removal": "retraction",
    "partial_retraction": "partial_retraction",
    "expression_of_concern": "expression_of_concern",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "addendum": "correction",
    "clarification": "correction",
    "new_version": "superseded",
    "new_edition": "superseded",
    "reinstatement": "reinstatement",
}
WITHDRAWING: Final = frozenset({"withdrawal", "removal"})
#: What a kind makes of a work, the gravest first.
STATE_OF_KIND: Final = {
    "retraction": "retracted",
    "expression_of_concern": "expression_of_concern",
    "superseded": "superseded",
    "partial_retraction": "corrected",
    "correction": "corrected",
}
UNDONE_BY_REINSTATEMENT: Final = frozenset(
    {"retraction", "partial_retraction", "expression_of_concern"}
)
ASSERTERS: Final = {"publisher": "the publisher", "retraction-watch": "Retraction Watch"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice about a work. `date` is as precise as Crossref has it: 2010, 2010-02, 2010-02-06."""

    kind: str
    type: str
    doi: str | None
    date: str | None
    label: str
    told_by: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Say what the notice is called and who says so, as in "Retraction, told by the publisher"."""
        told = f"{self.label}, told by {' and '.join(self.told_by)}" if self.told_by else self.label
        return f"{told} ({self.date})" if self.date and len(self.date) < 10 else told


@dataclass(frozen=True, slots=True)
class Updates:
    """The notices about one work, and the types of those that nobody here knows."""

    notices: tuple[Notice, ...] = ()
    unknown: tuple[str, ...] = ()

    def __or__(self, other: Updates) -> Updates:
        """Join what both tell; the same notice told twice is one, told by both."""
        joined: dict[tuple[str, str | None], Notice] = {}
        for notice in (*self.notices, *other.notices):
            known = joined.setdefault((notice.kind, notice.doi), notice)
            told_by = tuple(dict.fromkeys((*known.told_by, *notice.told_by)))
            date = max(known.date or "", notice.date or "", key=len) or None
            joined[notice.kind, notice.doi] = replace(known, told_by=told_by, date=date)
        unknown = tuple(sorted({*self.unknown, *other.unknown}))
        return Updates(tuple(joined.values()), unknown)

    @property
    def integrity(self) -> str:
        """The gravest state that the notices support; `unknown` if none of them can be read."""
        standing = [notice for notice in self.notices if not self._is_undone(notice)]
        if any(notice.type in WITHDRAWING for notice in standing):
            return "withdrawn"
        kinds = {notice.kind for notice in standing}
        clean = "unknown" if self.unknown else "current"
        return next((state for kind, state in STATE_OF_KIND.items() if kind in kinds), clean)

    def _is_undone(self, notice: Notice) -> bool:
        """Tell whether the work was reinstated after this notice, or at a time that is not told."""
        return notice.kind in UNDONE_BY_REINSTATEMENT and any(
            not each.date or not notice.date or each.date >= notice.date
            for each in self.notices
            if each.kind == "reinstatement"
        )


@dataclass(frozen=True, slots=True)
class Work:
    """A work as Crossref has it: `updates` are about it, `updated` are the DOIs that it is about."""

    doi: str
    aliases: tuple[str, ...]
    title: str
    updates: Updates
    updated: tuple[str, ...]

    @property
    def is_notice(self) -> bool:
        return bool(self.updated)


def parse_work(body: bytes) -> Work:
    """Return the work that a reply to `works/{doi}` holds; raise Malformed if it holds none."""
    message = _message(body, "work")
    doi = _doi(message)
    if doi is None:
        raise Malformed("the work has no DOI")
    targets = [_doi(entry) for entry in message.children("update-to")]
    return Work(
        doi=doi,
        aliases=tuple(alias.lower() for alias in message.texts("aliases")),
        title=" ".join(message.texts("title")[:1]),
        updates=_of_entries(message.children("updated-by")) | _about(doi, message),
        updated=tuple(sorted({target for target in targets if target and target != doi})),
    )


def parse_updates(body: bytes, doi: str) -> Updates:
    """Return what the notices of a reply to `works?filter=updates:{doi}` say of that DOI."""
    message = _message(body, "work-list")
    notices = message.children("items")
    total = message.count("total-results", below=2**31)
    if total is None or total > len(notices):
        raise Malformed(f"{len(notices)} of {total} notices came")
    found = Updates()
    for notice in notices:
        found |= _about(doi, notice)
    return found


def _message(body: bytes, kind: str) -> Node:
    reply = load(body, max_bytes=MAX_BYTES)
    said = (reply.text("status"), reply.text("message-type"))
    if said != ("ok", kind):
        raise Malformed(f"asked for a {kind}, answered with {said[1] or reply.keys()}")
    return reply.child("message")


def _about(doi: str, notice: Node) -> Updates:
    """Return what a work's `update-to` says of this DOI; the work is the notice."""
    entries = [entry for entry in notice.children("update-to") if _doi(entry) == doi]
    return _of_entries(entries, notice=_doi(notice))


def _of_entries(entries: Sequence[Node], notice: str | None = None) -> Updates:
    read = [(entry, _type(entry)) for entry in entries]
    found = [_notice(entry, name, notice) for entry, name in read if name in KIND_OF_TYPE]
    unknown = (name or "without a type" for _, name in read if name not in KIND_OF_TYPE)
    return _joined(found, unknown)


def _joined(notices: Iterable[Notice], unknown: Iterable[str]) -> Updates:
    joined = Updates(unknown=tuple(unknown))
    for notice in notices:
        joined |= Updates((notice,))
    return joined


def _type(entry: Node) -> str:
    return (entry.text("type") or "").lower().replace("-", "_").replace(" ", "_")


def _notice(entry: Node, name: str, notice: str | None) -> Notice:
    source = entry.text("source")
    return Notice(
        kind=KIND_OF_TYPE[name],
        type=name,
        doi=notice or _doi(entry),
        date=_date(entry.child("updated")),
        label=entry.text("label") or name.replace("_", " ").capitalize(),
        told_by=(ASSERTERS.get(source, source),) if source else (),
    )


def _date(updated: Node) -> str | None:
    """Return the date as far as it is told: of "date-parts" one to three numbers, year first."""
    parts = updated.value.get("date-parts")
    numbers = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    if not numbers or not all(isinstance(each, int) for each in numbers):
        return None
    written = "-".join((f"{numbers[0]:04d}", *(f"{each:02d}" for each in numbers[1:3])))
    return Node({"date": written}, "updated.", updated.unknown).date("date")


def _doi(node: Node) -> str | None:
    try:
        return parse_doi(node.text("DOI") or "")
    except IllegalIdentifier:
        return None
