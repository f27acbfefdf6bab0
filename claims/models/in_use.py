"""Which publications and trials the claims rest on or name: those whose news would matter."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from claims.models.citation import Citation
from claims.models.evidence import EvidenceItem
from claims.ruleset.vocabulary import ClaimState
from sources.models import Publication, Report, Trial
from sources.models.publication_queryset import PublicationQuerySet
from sources.models.trial_queryset import TrialQuerySet


def publications_in_use() -> PublicationQuerySet:
    """Publications that bear on a claim, or that the article cites for one, unless it is withdrawn."""
    here = Q(publication=OuterRef("pk")) & ~Q(claim__state=ClaimState.WITHDRAWN)
    used: PublicationQuerySet = Publication.objects.filter(
        Exists(EvidenceItem.objects.filter(here)) | Exists(Citation.objects.filter(here))
    )
    return used


def trials_in_use() -> TrialQuerySet:
    """Trials that bear on a claim or are cited for one, themselves or through a paper that does."""
    here = Q(trial=OuterRef("pk")) & ~Q(claim__state=ClaimState.WITHDRAWN)
    papers = Report.objects.filter(trial=OuterRef("pk"), publication__in=publications_in_use())
    used: TrialQuerySet = Trial.objects.filter(
        Exists(EvidenceItem.objects.filter(here))
        | Exists(Citation.objects.filter(here))
        | Exists(papers)
    )
    return used
