"""How claims hang together: the argument map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Prefetch, Q

from claims.models.constraints import one_of
from claims.ruleset.vocabulary import RelationType

if TYPE_CHECKING:
    from claims.models.claim import Claim


class ClaimRelationQuerySet(models.QuerySet["ClaimRelation"]):
    def touching(self, claim: Claim) -> ClaimRelationQuerySet:
        return self.filter(Q(source=claim) | Q(target=claim)).select_related("source", "target")

    def with_target(self, claims: models.QuerySet) -> ClaimRelationQuerySet:
        """Relations to these claims, and them."""
        return self.filter(target__in=claims).prefetch_related(Prefetch("target", claims))

    def with_source(self, claims: models.QuerySet) -> ClaimRelationQuerySet:
        """Relations from these claims, and them."""
        return self.filter(source__in=claims).prefetch_related(Prefetch("source", claims))


class ClaimRelation(models.Model):
    """How one claim bears on another: the argument map."""

    source = models.ForeignKey("claims.Claim", models.PROTECT, related_name="relations_from")
    type = models.CharField(max_length=12, choices=RelationType.choices())
    target = models.ForeignKey("claims.Claim", models.PROTECT, related_name="relations_to")

    objects = ClaimRelationQuerySet.as_manager()

    class Meta:
        ordering = ["source", "type", "target"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="relation_once"),
            models.CheckConstraint(
                name="relation_not_to_itself",
                condition=~Q(source=F("target")),
                violation_error_message="A claim does not bear on itself.",
            ),
            one_of("type", RelationType, model="relation"),
        ]

    def __str__(self) -> str:
        return f"CLM-{self.source_id} {self.get_type_display().lower()} CLM-{self.target_id}"


pghistory.track()(ClaimRelation)
