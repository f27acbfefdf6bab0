"""Verdicts: derived from the evidence, rated and approved by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.errors import (
    AlreadyApproved,
    AlreadyWithdrawn,
    IllegalChange,
    Outdated,
    OwnWork,
    refuse_unless_allowed,
)
from claims.actions.history import because
from claims.actions.people import initial_curation
from claims.actions.proposals import Change, lock_family_of, propose
from claims.actions.ratings import Rating
from claims.models import Claim, Verdict
from claims.models.verdict import DOMAINS
from claims.ruleset.grade import FRAMEWORK, certainty
from claims.ruleset.vocabulary import ClaimState, Framework

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def derive_verdicts(
    claims: Iterable[Claim] | None = None, *, by: User, now: datetime
) -> list[Change]:
    """Derive these claims' verdicts (with their families), or all; return what changed.

    An approved verdict stays current and is marked stale; what was found now waits beside it. Any
    other current verdict is followed by what was found now.
    """
    with because(by, "derived from the evidence"):
        return propose(claims, by=by, now=now)


def rate_certainty(
    claim: Claim,
    *,
    framework: str,
    start_level: int,
    domains: Mapping[str, int],
    reasons: Mapping[str, str],
    summary: str,
    by: User,
    now: datetime,
) -> Verdict:
    """Rate the certainty of a claim's evidence by GRADE and say in plain words how it stands.

    Returns the version that carries it. Raises IllegalChange for a compound claim, whose certainty
    follows from its parts, and for levels, domains or reasons that are none.
    """
    refuse_unless_allowed(by, "add_verdict")
    _refuse_illegal_rating(claim, framework, domains, reasons, summary)
    try:
        level = certainty(start_level, domains)
    except ValueError as error:
        raise IllegalChange(str(error)) from error
    rating = Rating(
        framework=framework,
        certainty=level,
        start_level=start_level,
        domains=dict(domains),
        domain_reasons={name: reason for name, reason in reasons.items() if reason},
        summary=summary.strip(),
    )
    with because(by, "certainty rated"), transaction.atomic():
        lock_family_of(claim)
        if claim.parts.exists():
            raise IllegalChange("The certainty of a compound claim follows from its parts.")
        newest = claim.verdicts.today().newest().first()
        if newest:
            rating = rating.overriding_as(newest)
        propose([claim], ratings={claim.pk: rating}, by=by, now=now)
    return claim.verdicts.today().newest().get()


def approve_verdict(verdict: Verdict, *, by: User, now: datetime) -> None:
    """Approve the newest version of a verdict: it becomes the one shown, and its claim is published.

    Raises AlreadyApproved, OwnWork if the approver wrote it, and Outdated if it is not the newest
    or if what it rests on has changed since: then there is a newer one to look at.
    """
    refuse_unless_allowed(by, "change_verdict")
    derive_verdicts([verdict.claim], by=initial_curation(), now=now)
    with because(by, "verdict approved"), transaction.atomic():
        lock_family_of(verdict.claim)
        _refuse_approval(verdict, by)
        versions = Verdict.objects.filter(claim=verdict.claim_id, basis=verdict.basis)
        versions.exclude(pk=verdict.pk).filter(is_current=True).update(is_current=False)
        versions.filter(pk=verdict.pk).update(
            approved_by=by, approved_at=now, is_current=True, stale_since=None, stale_reason=""
        )
        Claim.objects.filter(pk=verdict.claim_id).exclude(state=ClaimState.PUBLISHED).update(
            state=ClaimState.PUBLISHED, updated_at=now
        )


def _refuse_approval(verdict: Verdict, by: User) -> None:
    stored = Verdict.objects.for_list().select_related("claim").get(pk=verdict.pk)
    if stored.approved_by_id is not None:
        raise AlreadyApproved(f"{stored.public_id} was approved by {stored.approved_by}.")
    if stored.author_id == by.pk:
        raise OwnWork(f"You wrote {stored.public_id}; somebody else has to approve it.")
    if stored.claim.state == ClaimState.WITHDRAWN:
        raise AlreadyWithdrawn(f"{stored.claim.public_id} is withdrawn.")
    newest = stored.claim.verdicts.today().newest().get()
    if newest.pk != stored.pk:
        raise Outdated(f"{newest.public_id} has taken the place of {stored.public_id}.")


def _refuse_illegal_rating(
    claim: Claim,
    framework: str,
    domains: Mapping[str, int],
    reasons: Mapping[str, str],
    summary: str,
) -> None:
    expected = FRAMEWORK[claim.claim_type]
    if expected == Framework.NONE:
        raise IllegalChange(f"The certainty of a {claim.claim_type} claim is not rated.")
    if framework != expected:
        raise IllegalChange(f"A {claim.claim_type} claim is rated by {expected}, not {framework}.")
    unknown = [name for name in reasons if name not in DOMAINS]
    if unknown:
        raise IllegalChange(f"There is no domain {', '.join(unknown)}.")
    silent = [name for name, step in domains.items() if step and not reasons.get(name, "").strip()]
    if silent:
        raise IllegalChange(f"Say why {', '.join(silent)} changes the certainty.")
    if not summary.strip():
        raise IllegalChange("A summary in plain words is missing.")
