"""Which publications the claims rest on or name: those whose retraction would matter."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from claims.models.citation import Citation
from claims.models.evidence import EvidenceItem
from claims.ruleset.vocabulary import ClaimState
from sources.models import Publication
from sources.models.publication_queryset import PublicationQuerySet


def publications_in_use() -> PublicationQuerySet:
    """Publications that bear on a claim, or that the article cites for one, unless it is withdrawn."""
    here = Q(publication=OuterRef("pk")) & ~Q(claim__state=ClaimState.WITHDRAWN)
    used: PublicationQuerySet = Publication.objects.filter(
        Exists(EvidenceItem.objects.filter(here)) | Exists(Citation.objects.filter(here))
    )
    return used
