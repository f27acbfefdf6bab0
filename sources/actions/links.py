"""Links: which trial a publication reports, and what a review pooled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

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


def link_listed_trials(databank_ids: Iterable[tuple[int, Iterable[Mapping[str, Any]]]]) -> None:
    """Tie publications to the known trials that PubMed's indexers list; an abstract's word is not enough.

    Takes pairs of a publication's primary key and its `databank_ids`.
    """
    listed = {
        (pk, entry["accession"])
        for pk, entries in databank_ids
        for entry in entries
        if entry["origin"] == "databank"
    }
    if not listed:
        return
    trials = dict(
        Trial.objects.filter(registry_id__in={accession for _, accession in listed}).values_list(
            "registry_id", "pk"
        )
    )
    Report.objects.bulk_create(
        [
            Report(publication_id=pk, trial_id=trials[accession], origin=Report.Origin.DATABANK)
            for pk, accession in sorted(listed)
            if accession in trials
        ],
        ignore_conflicts=True,
    )


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
