"""Which work a record is: identifiers and titles are compared as records are stored.

What does not agree becomes an IdentityConflict for a person to settle; nothing is merged or written
over. A conflict that a person has settled stays settled for as long as the source says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sources.actions.records import BY_REVIEWER, Claimed, Held
from sources.models import IdentityConflict, Publication, Trial
from sources.pubmed_xml import PublicationRecord
from sources.titles import same_title

Identity = Publication.Identity
Kind = IdentityConflict.Kind
NUMBERS: Final = (
    ("doi", Kind.DOI_OF_TWO, Kind.OTHER_DOI),
    ("pmcid", Kind.PMCID_OF_TWO, Kind.OTHER_PMCID),
)
GONE: Final = "The source no longer says so."
REPLACED: Final = "The source says something else now; a newer conflict has it."


class Holder(NamedTuple):
    """Who has a number: a row, or (`id` None) a record of the same batch that has no row yet."""

    id: int | None
    pmid: str | None
    text: str

    def is_row_of(self, held: Held, record: PublicationRecord) -> bool:
        return self.pmid == record.pmid if held.id is None else self.id == held.id


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement, as it was found: what is stored and what the service says."""

    kind: Kind
    ours: str
    ours_from: str
    theirs: str
    theirs_from: str
    holder: Holder | None = None


class Comparison:
    """What records are compared with: who holds which number, and what people settled before."""

    def __init__(self, rows: Iterable[Held]) -> None:
        self.holders: dict[tuple[str, str], Holder] = {}
        known: list[int] = []
        for row in rows:
            known += [row.id] if row.id else []
            for name, *_ in NUMBERS:
                if value := getattr(row, name):
                    self.holders[name, value] = Holder(row.id, row.pmid, row.text)
        self._settled: dict[int, list[IdentityConflict]] = {}
        settled = IdentityConflict.objects.settled().filter(publication__in=known)
        for conflict in settled if known else ():
            self._settled.setdefault(conflict.publication_id or 0, []).append(conflict)

    def settled_of(self, held: Held) -> list[IdentityConflict]:
        return self._settled.get(held.id, []) if held.id else []

    def judge(self, held: Held, record: PublicationRecord) -> tuple[Claimed, list[Finding]]:
        """Return which work the record's row is, with its numbers, and what does not agree."""
        if held.identity == Identity.DUPLICATE:
            # A person has said which record stands for it; that one has the numbers.
            return Claimed(held.doi, held.pmcid, held.identity, held.identity_basis), []
        findings = [found for number in NUMBERS if (found := self._of_number(number, held, record))]
        numbers = {name: self._number(name, held, record) for name, *_ in NUMBERS}
        title = self._of_title(held, record)
        identity, basis = _identity(held, bool(findings), bool(title))
        return Claimed(**numbers, identity=identity, basis=basis), [
            *findings,
            *([title] if title else []),
        ]

    def _number(self, name: str, held: Held, record: PublicationRecord) -> str | None:
        """Return the number that the row has from now on: its own, or one that nobody has yet."""
        mine: str | None = getattr(held, name)
        value: str | None = getattr(record, name)
        if mine or not value:
            return mine
        taker = Holder(held.id, record.pmid, f"PMID {record.pmid}")
        holder = self.holders.setdefault((name, value), taker)
        return value if holder.is_row_of(held, record) else None

    def _of_number(
        self, number: tuple[str, Kind, Kind], held: Held, record: PublicationRecord
    ) -> Finding | None:
        name, of_two, another = number
        mine, value = getattr(held, name), getattr(record, name)
        holder = self.holders.get((name, value)) if value else None
        if holder and not holder.is_row_of(held, record):
            came_from = f"{holder.text}, which has it here"
            found = Finding(of_two, value, came_from, value, _says(record), holder)
        elif mine and value and mine != value:
            found = Finding(another, mine, "stored here before", value, _says(record))
        else:
            return None
        return None if self._is_settled(held, found) else found

    def _is_settled(self, held: Held, found: Finding) -> bool:
        other = found.holder.id if found.holder else None
        return any(
            (each.kind, each.theirs, each.other_publication_id) == (found.kind, found.theirs, other)
            for each in self.settled_of(held)
        )

    def _of_title(self, held: Held, record: PublicationRecord) -> Finding | None:
        """Compare the fetched title with the one a curator expected of this identifier."""
        titles = [t for t in (record.title, record.vernacular_title, record.book_title) if t]
        if not held.expected_title or _any_is(held.expected_title, titles):
            return None
        looked_at = [each for each in self.settled_of(held) if each.kind == Kind.OTHER_TITLE]
        word_was_given = held.identity_basis.startswith(BY_REVIEWER) and not looked_at
        if word_was_given or any(_any_is(each.theirs, titles) for each in looked_at):
            return None
        theirs = titles[0] if titles else "(no title)"
        return Finding(Kind.OTHER_TITLE, held.expected_title, "the curators", theirs, _says(record))


def _any_is(title: str, titles: Iterable[str]) -> bool:
    return any(same_title(title, each) for each in titles)


def _says(record: PublicationRecord) -> str:
    return f"PubMed's record of PMID {record.pmid}"


def _identity(held: Held, numbers_differ: bool, title_differs: bool) -> tuple[str, str]:
    """Return the identity and its basis, given whether numbers or the title do not agree."""
    if title_differs:
        return Identity.MISMATCH, held.identity_basis
    if numbers_differ:
        return Identity.IN_CONFLICT, held.identity_basis
    if held.identity_basis.startswith(BY_REVIEWER):
        # What a person said of it holds; what no longer disagrees is settled by that.
        is_refused = held.identity == Identity.MISMATCH
        return Identity.MISMATCH if is_refused else Identity.CONFIRMED, held.identity_basis
    if held.identity == Identity.CONFIRMED:
        return held.identity, held.identity_basis
    return Identity.CONFIRMED, "title_at_fetch" if held.expected_title else "fetched"


def note_conflicts(
    found: Mapping[str, Collection[Finding]], keys: Mapping[str, int], *, now: datetime
) -> None:
    """Open what is new, close what the source no longer says, leave open what it says again.

    `keys` are the rows' primary keys by PMID. Must run in the transaction that stores the records.
    """
    open_rows = IdentityConflict.objects.open().filter(publication__in=list(keys.values()))
    known = {(row.publication_id, row.kind): row for row in open_rows.select_for_update()}
    fresh: list[IdentityConflict] = []
    for pmid, findings in found.items():
        for finding in findings:
            conflict = _conflict(finding, keys[pmid], keys, now)
            row = known.pop((keys[pmid], conflict.kind), None)
            if row and _same(row, conflict):
                IdentityConflict.objects.filter(pk=row.pk).update(last_seen_at=now)
                continue
            if row:
                close_conflict(row, REPLACED, now=now)
            fresh.append(conflict)
    for row in known.values():
        close_conflict(row, GONE, now=now)
    IdentityConflict.objects.bulk_create(fresh)


def _conflict(
    finding: Finding, publication: int, keys: Mapping[str, int], now: datetime
) -> IdentityConflict:
    holder = finding.holder
    return IdentityConflict(
        kind=finding.kind,
        publication_id=publication,
        other_publication_id=holder and (holder.id or keys[holder.pmid or ""]),
        ours=finding.ours,
        ours_from=finding.ours_from,
        theirs=finding.theirs,
        theirs_from=finding.theirs_from,
        found_at=now,
        last_seen_at=now,
    )


def _same(row: IdentityConflict, new: IdentityConflict) -> bool:
    return (row.ours, row.theirs, row.other_publication_id) == (
        new.ours,
        new.theirs,
        new.other_publication_id,
    )


def note_registration(trial: Trial, other: Trial | None, *, now: datetime) -> None:
    """Open a conflict when the registry answers a trial's number with `other`, a trial here as well.

    None: the registry answers with the trial's own number, which closes the conflict.
    """
    if trial.identity == Trial.Identity.DUPLICATE:
        return
    row = IdentityConflict.objects.open().filter(trial=trial).select_for_update().first()
    if row and row.other_trial_id != (other and other.pk):
        close_conflict(row, REPLACED if other else GONE, now=now)
        row = None
    settled = IdentityConflict.objects.settled().filter(trial=trial, other_trial=other)
    if row is None and other and not settled.exists():
        row = _registration(trial, other, now)
        row.save()
    if row:
        IdentityConflict.objects.filter(pk=row.pk).update(last_seen_at=now)
        Trial.objects.filter(pk=trial.pk).update(identity=Trial.Identity.IN_CONFLICT)
    elif trial.identity == Trial.Identity.IN_CONFLICT:
        Trial.objects.filter(pk=trial.pk).update(identity=Trial.Identity.UNCONFIRMED)


def _registration(trial: Trial, other: Trial, now: datetime) -> IdentityConflict:
    return IdentityConflict(
        kind=Kind.REGISTRY_ID,
        trial=trial,
        other_trial=other,
        ours=trial.registry_id,
        ours_from="stored here as a trial of its own",
        theirs=other.registry_id,
        theirs_from=f"the registry's answer to {trial.registry_id}",
        found_at=now,
        last_seen_at=now,
    )


def close_conflict(row: IdentityConflict, why: str, *, now: datetime) -> None:
    """End a conflict that the source itself has ended; nobody has to decide it."""
    IdentityConflict.objects.open().filter(pk=row.pk).update(
        state=IdentityConflict.State.RESOLVED,
        resolution=IdentityConflict.Resolution.GONE,
        reason=why,
        resolved_at=now,
        last_seen_at=now,
    )
