"""Claims, where they stand in an article, and how they hang together."""

from __future__ import annotations

from collections.abc import Collection

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, F, Func, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

from claims.models.article import Article, ArticleSnapshot
from claims.models.constraints import one_of
from claims.models.verdict import Verdict
from claims.ruleset.vocabulary import (
    AnchorStatus,
    Checkability,
    ClaimState,
    ClaimType,
    Modality,
    RelationType,
    Voice,
)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def public(self) -> ClaimQuerySet:
        """Claims that readers see: those in review, marked as such, and the published."""
        return self.filter(state__in=[ClaimState.IN_REVIEW, ClaimState.PUBLISHED])

    def compound(self) -> ClaimQuerySet:
        return self.filter(parts__isnull=False).distinct()

    def leaves(self) -> ClaimQuerySet:
        """Claims that evidence can be tied to: those without parts."""
        return self.filter(parts=None)

    def whole(self) -> ClaimQuerySet:
        """Claims that are not a part of another."""
        return self.filter(parent=None)

    def by_author(self) -> ClaimQuerySet:
        return self.filter(voice=Voice.AUTHOR)

    def said_by(self, voice: str) -> ClaimQuerySet:
        return self.filter(voice=voice)

    def of_type(self, claim_type: str) -> ClaimQuerySet:
        return self.filter(claim_type=claim_type)

    def of_article(self, key: str) -> ClaimQuerySet:
        return self.filter(article__key=key)

    def about(self, topic: str) -> ClaimQuerySet:
        return self.filter(topics__contains=[topic])

    def judged(self, verdict: str) -> ClaimQuerySet:
        """Claims whose current verdict is the given one."""
        return self.filter(verdicts__in=Verdict.objects.current().filter(verdict=verdict))

    def contested_as(self, kind: str) -> ClaimQuerySet:
        return self.filter(verdicts__in=Verdict.objects.current().filter(contested_kind=kind))

    def certain(self, certainty: str) -> ClaimQuerySet:
        """Claims whose current verdict has the given certainty."""
        return self.filter(verdicts__in=Verdict.objects.current().filter(certainty=certainty))

    def saying(self, text: str) -> ClaimQuerySet:
        """Claims with each of these words in statement or key."""
        found = self
        for word in text.split():
            found = found.filter(Q(statement__icontains=word) | Q(key__icontains=word))
        return found

    def with_verdict(self) -> ClaimQuerySet:
        """Give each claim `current_verdicts`: a list of its current verdict, or an empty one."""
        return self.prefetch_related(
            Prefetch("verdicts", Verdict.objects.current().for_list(), to_attr="current_verdicts")
        )

    def with_place(self) -> ClaimQuerySet:
        """Annotate where the claim stands; a part stands where its whole does."""
        anchors = ClaimAnchor.objects.filter(
            claim__in=[OuterRef("pk"), OuterRef("parent")]
        ).order_by("start")
        return self.annotate(
            place=Subquery(anchors.values("start")[:1]),
            section=Subquery(anchors.values("section")[:1]),
            paragraph=Subquery(anchors.values("paragraph")[:1]),
        )

    def most_depended_upon(self) -> ClaimQuerySet:
        """The premises: claims that others depend on, those of most others first."""
        dependants = Count(
            "relations_to",
            filter=Q(
                relations_to__type=RelationType.DEPENDS_ON,
                relations_to__source__in=Claim.objects.public(),
            ),
        )
        return (
            self.for_list()
            .annotate(dependants=dependants)
            .filter(dependants__gt=0)
            .order_by("-dependants", "position", "pk")
        )

    def for_list(self) -> ClaimQuerySet:
        return self.select_related("article", "parent").with_verdict()

    def for_article(self) -> ClaimQuerySet:
        """An article's claims as its readers see them, in order, with their places."""
        return self.public().with_verdict().prefetch_related("anchors").order_by("position", "pk")

    def for_page(self) -> ClaimQuerySet:
        """All that a claim's own page says of it, but for its evidence."""
        others = Claim.objects.public().with_verdict()
        cited = ("citations__publication", "citations__trial")
        return self.select_related("article", "parent").prefetch_related(
            Prefetch("verdicts", Verdict.objects.for_history()),
            Prefetch("parts", others.prefetch_related(*cited)),
            Prefetch("parent__parts", others),
            Prefetch("anchors", ClaimAnchor.objects.with_snapshot()),
            Prefetch("parent__anchors", ClaimAnchor.objects.with_snapshot()),
            Prefetch("relations_from", ClaimRelation.objects.with_target(others)),
            Prefetch("relations_to", ClaimRelation.objects.with_source(others)),
            *cited,
            "searches",
        )

    def topic_tally(self) -> dict[str, int]:
        """Count the claims by topic, each claim under all of its topics."""
        topic = Func(F("topics"), function="unnest", output_field=models.SlugField())
        rows = self.order_by().annotate(topic=topic).values_list("topic")
        return dict(rows.annotate(n=Count("pk")))

    def tally(self, field: str) -> dict[str, int]:
        """Count the claims by the values of one of their fields."""
        return dict(self.order_by().values_list(field).annotate(n=Count("pk")))

    def standing(self) -> ClaimQuerySet:
        return self.exclude(state=ClaimState.WITHDRAWN)

    def of_families(self, roots: Collection[int]) -> ClaimQuerySet:
        """The claims with these primary keys, and their parts."""
        return self.filter(Q(pk__in=roots) | Q(parent__in=roots))

    def published_without_counted_evidence(self) -> ClaimQuerySet:
        """Published claims that evidence could check, and none of it counts."""
        empty = Verdict.objects.current().filter(
            evidence_counts__supports=0, evidence_counts__contradicts=0
        )
        return self.leaves().filter(
            state=ClaimState.PUBLISHED, checkability=Checkability.CHECKABLE, verdicts__in=empty
        )

    def without_verdict(self) -> ClaimQuerySet:
        current = Verdict.objects.current().filter(claim=OuterRef("pk"))
        return self.standing().filter(~Exists(current))

    def without_place(self) -> ClaimQuerySet:
        """Public claims that stand nowhere in their article; a part stands where its whole does."""
        return self.public().whole().filter(anchors=None)

    def missing_parts(self) -> ClaimQuerySet:
        """Compound claims of which fewer than two parts stand."""
        standing = Count("parts", filter=~Q(parts__state=ClaimState.WITHDRAWN))
        compound = self.standing().annotate(all_parts=Count("parts"), standing_parts=standing)
        return compound.filter(all_parts__gt=0, standing_parts__lt=2)

    def for_derivation(self) -> ClaimQuerySet:
        """Standing claims, each with `last_search`: the day of its last search, or None."""
        return self.standing().annotate(last_search=Max("searches__run_on")).order_by("pk")


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
    def pico(self) -> dict[str, str | None] | None:
        """Population, exposure, comparator, outcome; None when nothing of it is said."""
        parts = {
            "population": self.population or None,
            "exposure": self.exposure or None,
            "comparator": self.comparator or None,
            "outcome": self.outcome or None,
        }
        return parts if any(parts.values()) else None


class ClaimAnchorQuerySet(models.QuerySet["ClaimAnchor"]):
    def in_order(self) -> ClaimAnchorQuerySet:
        return self.order_by("start", "end")

    def with_snapshot(self) -> ClaimAnchorQuerySet:
        """Newest snapshot first."""
        return self.select_related("snapshot").order_by("-snapshot__created_at", "-snapshot")

    def lost(self) -> ClaimAnchorQuerySet:
        return self.filter(status__in=[AnchorStatus.ORPHANED, AnchorStatus.AMBIGUOUS])


class ClaimAnchor(models.Model):
    """Where a claim stands in one snapshot: W3C text position, and a fingerprint of the words."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="anchors")
    snapshot = models.ForeignKey(ArticleSnapshot, models.PROTECT, related_name="anchors")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True, help_text="Exclusive.")
    span_sha256 = models.CharField(max_length=64, blank=True)
    fingerprint_words = models.PositiveSmallIntegerField()
    fingerprint_sha256 = models.CharField(max_length=64)
    section = models.CharField(max_length=20, blank=True)
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(
        max_length=10, choices=AnchorStatus.choices(), default=AnchorStatus.UNRESOLVED
    )

    objects = ClaimAnchorQuerySet.as_manager()

    class Meta:
        ordering = ["snapshot", "start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "snapshot"], name="anchor_once_a_snapshot"),
            models.CheckConstraint(
                name="anchor_is_a_span",
                condition=Q(status__in=["ambiguous", "orphaned"], start=None, end=None)
                | Q(
                    status__in=["unresolved", "exact", "relocated"],
                    start__isnull=False,
                    end__isnull=False,
                    start__lt=F("end"),
                ),
            ),
            models.CheckConstraint(
                name="anchor_has_a_fingerprint",
                condition=Q(fingerprint_words__gt=0, fingerprint_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="anchor_in_a_paragraph_or_a_comment",
                condition=Q(paragraph=None) | Q(comment=None),
            ),
            one_of("status", AnchorStatus, model="anchor"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="inside_the_body",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__start__isnull=False),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM claims_articlesnapshot s, claims_claim c
                        WHERE s.id = NEW.snapshot_id AND c.id = NEW.claim_id
                          AND (NEW."end" > s.code_points
                               OR (c.voice = 'author'
                                   AND (NEW.start < s.body_start OR NEW."end" > s.body_end)))
                    ) THEN
                        RAISE EXCEPTION 'anchor_inside_the_body: an author''s claim is anchored inside the body'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"CLM-{self.claim_id} at {self.start}-{self.end}"


class ClaimRelationQuerySet(models.QuerySet["ClaimRelation"]):
    def touching(self, claim: Claim) -> ClaimRelationQuerySet:
        return self.filter(Q(source=claim) | Q(target=claim)).select_related("source", "target")

    def with_target(self, claims: ClaimQuerySet) -> ClaimRelationQuerySet:
        """Relations to these claims, and them."""
        return self.filter(target__in=claims).prefetch_related(Prefetch("target", claims))

    def with_source(self, claims: ClaimQuerySet) -> ClaimRelationQuerySet:
        """Relations from these claims, and them."""
        return self.filter(source__in=claims).prefetch_related(Prefetch("source", claims))


class ClaimRelation(models.Model):
    """How one claim bears on another: the argument map."""

    source = models.ForeignKey(Claim, models.PROTECT, related_name="relations_from")
    type = models.CharField(max_length=12, choices=RelationType.choices())
    target = models.ForeignKey(Claim, models.PROTECT, related_name="relations_to")

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


for model in (Claim, ClaimAnchor, ClaimRelation):
    pghistory.track()(model)
