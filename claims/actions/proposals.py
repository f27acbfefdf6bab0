"""Writes what the ruleset finds as new versions of verdicts, where something changed.

The claims of a family (a compound claim and its parts) are locked through its whole, so two derivers
take turns and the second finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from claims.actions.derivation import Finding, find, find_whole
from claims.actions.ratings import Rating, columns
from claims.differences import differences
from claims.models import Claim, Verdict
from claims.ruleset import VERSION, Part

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FAMILIES_AT_ONCE: Final = 500
WORDING: Final = "the wording of the claim changed"
# What makes one version differ from the one before.
CONTENT: Final = (
    "verdict",
    "contested_kind",
    "derived_verdict",
    "derived_contested_kind",
    "override_reason",
    "certainty",
    "framework",
    "start_level",
    "domains",
    "domain_reasons",
    "certainty_override_reason",
    "summary",
    "rule",
    "evidence_hash",
    "evidence_counts",
    "review_status",
)
# What an approved verdict may not differ in without being stale.
GROUNDS: Final = ("derived_verdict", "derived_contested_kind", "rule", "evidence_hash")


@dataclass(frozen=True, slots=True)
class Change:
    """A new version of a claim's verdict, and why there is one: clauses without a full stop."""

    claim: Claim
    before: Verdict | None
    after: Verdict
    why: list[str]


@dataclass(frozen=True, slots=True)
class Known:
    """The versions of one claim's verdict that matter: the last, the last rated, the one shown."""

    newest: Verdict | None = None
    rated: Verdict | None = None
    current: Verdict | None = None

    @property
    def rating(self) -> Rating:
        if self.newest is None:
            return Rating()
        return Rating.of(self.rated or self.newest).carried_on(self.newest)


@dataclass(frozen=True, slots=True)
class Families:
    """Claims derived together, their parts by whole, and what is known of their verdicts."""

    claims: Mapping[int, Claim]
    parts: Mapping[int, list[Claim]]
    known: Mapping[int, Known]
    ratings: Mapping[int, Rating]

    @property
    def leaves(self) -> list[Claim]:
        return [claim for claim in self.claims.values() if claim.pk not in self.parts]

    def known_of(self, claim: Claim) -> Known:
        return self.known.get(claim.pk, Known())

    def rating_of(self, claim: Claim) -> Rating:
        return self.ratings.get(claim.pk) or self.known_of(claim).rating


def propose(
    claims: Iterable[Claim] | None,
    *,
    ratings: Mapping[int, Rating] | None = None,
    by: User,
    now: datetime,
) -> list[Change]:
    """Derive these claims' families, or all; a batch of families is one transaction."""
    changes: list[Change] = []
    for roots in _batches(_roots(claims)):
        with transaction.atomic():
            lock_families(roots)
            changes += _propose_families(_read(roots, ratings or {}), by, now)
    return changes


def lock_families(roots: Collection[int]) -> None:
    """Take turns with whoever else writes to these families; call it before writing to them."""
    list(
        Claim.objects.filter(pk__in=roots)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )


def lock_family_of(claim: Claim) -> None:
    lock_families([claim.parent_id or claim.pk])


def _roots(claims: Iterable[Claim] | None) -> list[int]:
    if claims is None:
        return list(Claim.objects.whole().standing().order_by("pk").values_list("pk", flat=True))
    return sorted({claim.parent_id or claim.pk for claim in claims})


def _batches(roots: list[int]) -> Iterator[list[int]]:
    remaining = iter(roots)
    while batch := list(islice(remaining, FAMILIES_AT_ONCE)):
        yield batch


def _read(roots: Collection[int], ratings: Mapping[int, Rating]) -> Families:
    claims = {claim.pk: claim for claim in Claim.objects.of_families(roots).for_derivation()}
    parts: dict[int, list[Claim]] = {}
    for claim in claims.values():
        if claim.parent_id in claims:
            parts.setdefault(claim.parent_id, []).append(claim)
    return Families(claims, parts, _known(claims), ratings)


def _known(claims: Collection[int]) -> dict[int, Known]:
    versions = Verdict.objects.filter(claim__in=claims).today().for_list()
    newest = {verdict.claim_id: verdict for verdict in versions.newest()}
    rated = {verdict.claim_id: verdict for verdict in versions.rated().newest()}
    current = {verdict.claim_id: verdict for verdict in versions.current()}
    return {claim: Known(newest[claim], rated.get(claim), current.get(claim)) for claim in newest}


def _propose_families(families: Families, by: User, now: datetime) -> list[Change]:
    certainty = {leaf.pk: families.rating_of(leaf).certainty for leaf in families.leaves}
    findings = find(families.leaves, certainty, now.date())
    drafts = {
        leaf.pk: _draft(leaf, findings[leaf.pk], families, by, now) for leaf in families.leaves
    }
    for pk, parts in families.parts.items():
        whole = families.claims[pk]
        findings[pk] = find_whole(
            whole,
            [_as_part(part, drafts[part.pk]) for part in parts],
            [findings[part.pk] for part in parts],
        )
        drafts[pk] = _draft(whole, findings[pk], families, by, now)
    return _store([drafts[pk] for pk in families.claims], families, now)


def _draft(claim: Claim, finding: Finding, families: Families, by: User, now: datetime) -> Verdict:
    """Return the next version of the claim's verdict, whether or not it is needed."""
    newest = families.known_of(claim).newest
    written_for = None if claim.pk in families.ratings else newest
    return Verdict(
        claim=claim,
        version=newest.version + 1 if newest else 1,
        rule=finding.outcome.rule,
        ruleset_version=VERSION,
        trace=finding.outcome.trace,
        evidence_hash=finding.fingerprint,
        evidence_counts=finding.evidence_counts,
        review_status=finding.review_status,
        author=by,
        created_at=now,
        **columns(families.rating_of(claim), finding, claim.claim_type, written_for),
    )


def _as_part(claim: Claim, draft: Verdict) -> Part:
    return Part(
        key=claim.key,
        verdict=draft.verdict,
        contested_kind=draft.contested_kind,
        certainty=draft.certainty,
        is_core=bool(claim.is_core),
        is_essential=bool(claim.is_essential),
    )


def _store(drafts: Collection[Verdict], families: Families, now: datetime) -> list[Change]:
    new = [draft for draft in drafts if _differs(draft, families.known_of(draft.claim).newest)]
    for draft in new:
        current = families.known_of(draft.claim).current
        draft.is_current = current is None or current.approved_by_id is None
    followed = [draft.claim_id for draft in new if draft.is_current]
    Verdict.objects.filter(claim__in=followed).current().update(is_current=False)
    Verdict.objects.bulk_create(new)
    _mark_stale(drafts, new, families, now)
    return _changes(new, families)


def _differs(draft: Verdict, other: Verdict | None, fields: Collection[str] = CONTENT) -> bool:
    return other is None or any(getattr(draft, name) != getattr(other, name) for name in fields)


def _mark_stale(
    drafts: Collection[Verdict], new: Collection[Verdict], families: Families, now: datetime
) -> None:
    """An approved verdict stays up when its grounds change, marked as stale until they are back."""
    shaken: list[tuple[Verdict, Verdict]] = []
    for draft in drafts:
        current = families.known_of(draft.claim).current
        if current is None or current.approved_by_id is None:
            continue
        if not _differs(draft, current, GROUNDS):
            _set_staleness(current, None, "")
        elif draft in new or current.stale_since is None:
            shaken.append((current, draft))
    traces = _traces(current for current, _ in shaken)
    for current, draft in shaken:
        why = "; ".join(differences(traces[current.pk], draft.trace) or [WORDING])
        _set_staleness(current, current.stale_since or now, f"{why[:1].upper()}{why[1:]}.")


def _set_staleness(verdict: Verdict, since: datetime | None, reason: str) -> None:
    if (verdict.stale_since, verdict.stale_reason) != (since, reason):
        Verdict.objects.filter(pk=verdict.pk).update(stale_since=since, stale_reason=reason)


def _changes(new: Collection[Verdict], families: Families) -> list[Change]:
    before = {draft.pk: families.known_of(draft.claim).newest for draft in new}
    traces = _traces(old for old in before.values() if old)
    return [
        Change(draft.claim, before[draft.pk], draft, _why(draft, before[draft.pk], traces))
        for draft in new
    ]


def _traces(verdicts: Iterable[Verdict]) -> dict[int, Any]:
    keys = [verdict.pk for verdict in verdicts]
    return dict(Verdict.objects.filter(pk__in=keys).values_list("pk", "trace")) if keys else {}


def _why(draft: Verdict, old: Verdict | None, traces: Mapping[int, Any]) -> list[str]:
    if old is None:
        return ["first derived"]
    found = differences(traces[old.pk], draft.trace)
    if found:
        return found
    if draft.evidence_hash != old.evidence_hash:
        return [WORDING]
    if draft.review_status != old.review_status:
        return [f"the review status is now: {draft.get_review_status_display()}"]
    return ["rated anew"]
