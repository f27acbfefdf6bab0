"""Curators' links: which trial a publication reports, and what a review pooled."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sources.models import Inclusion, Publication, Report, Trial

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def link_report(
    publication: Publication, trial: Trial, *, role: str, by: User, now: datetime
) -> Report:
    """Say that a publication reports a trial, so that both count as one; a known link takes the role."""
    report, _ = Report.objects.update_or_create(
        publication=publication,
        trial=trial,
        defaults={"role": role, "origin": Report.Origin.CURATOR},
    )
    return report


def include(
    review: Publication,
    *,
    publication: Publication | None = None,
    trial: Trial | None = None,
    by: User,
    now: datetime,
) -> Inclusion:
    """Say that a review pooled a publication or a trial, so that neither counts beside it twice."""
    inclusion, _ = Inclusion.objects.get_or_create(
        review=review, publication=publication, trial=trial
    )
    return inclusion


def unlink(link: Report | Inclusion, *, by: User, now: datetime) -> None:
    """Take back a link that was wrong."""
    link.delete()
