"""Claims: what an article asserts, one sentence each."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

from claims.models.article import Article
from claims.models.claim_queryset import ClaimQuerySet
from claims.models.constraints import one_of
from claims.ruleset.vocabulary import (
    Checkability,
    ClaimState,
    ClaimType,
    Modality,
    Voice,
)


class Claim(models.Model):
    """One standalone declarative sentence, in our own words, that an article asserts."""

    key = models.SlugField(max_length=100, unique=True, help_text="kebab-case; never changes.")
    article = models.ForeignKey(Article, models.PROTECT, related_name="claims")
    position = models.PositiveIntegerField(default=0, help_text="Order within the article.")
    statement = models.TextField(help_text="One declarative sentence in our own words.")
    claim_type = models.CharField(max_length=20, choices=ClaimType.choices())
    checkability = models.CharField(
        max_length=15, choices=Checkability.choices(), default=Checkability.CHECKABLE
    )
    modality = models.CharField(
        max_length=12, choices=Modality.choices(), default=Modality.ASSERTED
    )
    voice = models.CharField(max_length=15, choices=Voice.choices(), default=Voice.AUTHOR)
    population = models.TextField(blank=True)
    exposure = models.TextField(blank=True)
    comparator = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    topics = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The compound claim this is a part of.",
    )
    is_core = models.BooleanField(null=True, blank=True, help_text="Said of parts only.")
    is_essential = models.BooleanField(null=True, blank=True, help_text="Said of parts only.")
    state = models.CharField(max_length=10, choices=ClaimState.choices(), default=ClaimState.DRAFT)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["article", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_key_is_kebab_case",
                condition=Q(key__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
                violation_error_message="A key is written in kebab-case: a-z, 0-9 and single dashes.",
            ),
            models.CheckConstraint(
                name="claim_statement_is_a_sentence",
                condition=Q(statement__regex=r"^\S.*\.$")
                & Q(LessThanOrEqual(Length("statement"), 300)),
                violation_error_message="A statement is one sentence of at most 300 characters that ends with a full stop.",
            ),
            models.CheckConstraint(
                name="claim_of_value_is_not_checkable",
                condition=~Q(claim_type="value") | Q(checkability="not_checkable"),
                violation_error_message="A value claim is never checkable.",
            ),
            models.CheckConstraint(
                name="claim_part_is_core_and_essential_or_not",
                condition=Q(parent=None, is_core=None, is_essential=None)
                | Q(parent__isnull=False, is_core__isnull=False, is_essential__isnull=False),
                violation_error_message="Core and essential are said of parts, and of each part.",
            ),
            models.CheckConstraint(
                name="claim_part_is_checkable",
                condition=Q(parent=None) | Q(checkability="checkable"),
                violation_error_message="A part of a compound claim must be checkable.",
            ),
            models.CheckConstraint(
                name="claim_not_its_own_part",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message="A claim is no part of itself.",
            ),
            models.UniqueConstraint(
                fields=["parent"], condition=Q(is_core=True), name="claim_one_core_part"
            ),
            one_of("claim_type", ClaimType, model="claim"),
            one_of("checkability", Checkability, model="claim"),
            one_of("modality", Modality, model="claim"),
            one_of("voice", Voice, model="claim"),
            one_of("state", ClaimState, model="claim"),
        ]
        indexes = [
            GinIndex(fields=["topics"], name="claim_topics"),
            models.Index(fields=["article", "position", "id"], name="claim_reading_order"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="one_level_of_parts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Q(new__parent__isnull=False),
                func="""
                    PERFORM 1 FROM claims_claim WHERE id = NEW.parent_id FOR UPDATE;
                    IF EXISTS (SELECT 1 FROM claims_claim WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
                       OR EXISTS (SELECT 1 FROM claims_claim WHERE parent_id = NEW.id) THEN
                        RAISE EXCEPTION 'claim_one_level_of_parts: a part cannot have parts'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (SELECT 1 FROM claims_evidenceitem WHERE claim_id = NEW.parent_id) THEN
                        RAISE EXCEPTION 'claim_with_evidence_has_no_parts: move its evidence to the parts first'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (SELECT 1 FROM claims_claim WHERE id = NEW.parent_id AND checkability <> 'checkable') THEN
                        RAISE EXCEPTION 'claim_with_parts_is_checkable: a compound claim must be checkable'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.statement}"

    def get_absolute_url(self) -> str:
        return reverse("claim", args=[self.public_id])

    @property
    def public_id(self) -> str:
        return f"CLM-{self.pk}"

    @property
    def family_token(self) -> str:
        """What a form remembers, so that it is told when the claim or its parts have changed."""
        parts = self.parts.order_by("pk").values_list("pk", flat=True)
        return f"{self.updated_at.isoformat()} {' '.join(map(str, parts))}".strip()

    @property
    def pico(self) -> dict[str, str | None] | None:
        """Population, exposure, comparator, outcome; None when nothing of it is said."""
        parts = {
            "population": self.population or None,
            "exposure": self.exposure or None,
            "comparator": self.comparator or None,
            "outcome": self.outcome or None,
        }
        return parts if any(parts.values()) else None


pghistory.track()(Claim)
