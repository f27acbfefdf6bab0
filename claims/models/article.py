"""An article whose claims are tracked, and its text as it was found."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from claims.models.constraints import one_of


class ArticleQuerySet(models.QuerySet["Article"]):
    def making(self, claim: Any, whole: Any) -> ArticleQuerySet:
        """Articles in which a claim, or the whole that it is a part of, has a place."""
        anchored = "snapshots__anchors__claim"
        return self.filter(Q(**{anchored: claim}) | Q(**{anchored: whole})).distinct()

    def for_list(self) -> ArticleQuerySet:
        return self.annotate(
            claim_count=models.Count(
                "claims", filter=Q(claims__state__in=["in_review", "published"]), distinct=True
            )
        )


class Article(models.Model):
    """A health article that makes claims."""

    class Precision(models.TextChoices):
        DAY = "day", "day"
        MONTH = "month", "month"
        YEAR = "year", "year"
        PRESUMED_YEAR = "presumed_year", "year, presumed"

    class TextVisibility(models.TextChoices):
        SPANS = "spans", "only the passages of claims"
        FULL = "full", "the whole text"

    key = models.SlugField(max_length=100, unique=True)
    title = models.TextField()
    authors = ArrayField(models.TextField(), default=list)
    publisher = models.TextField(blank=True)
    url = models.URLField(max_length=500, null=True, blank=True, unique=True)
    language = models.CharField(max_length=10, default="en")
    published_on = models.DateField(null=True, blank=True)
    published_on_precision = models.CharField(max_length=15, choices=Precision, blank=True)
    published_note = models.TextField(blank=True)
    interest_note = models.TextField(blank=True, help_text="What its author or publisher sells.")
    reviewers_required = models.PositiveSmallIntegerField(
        default=1, help_text="How many reviewers must agree before an item counts."
    )
    text_visibility = models.CharField(
        "what the public sees of the text",
        max_length=10,
        choices=TextVisibility,
        default=TextVisibility.SPANS,
        help_text="The text is its publisher's. Show the whole only where you have the right to.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="article_needs_a_reviewer",
                condition=Q(reviewers_required__range=(1, 9)),
                violation_error_message="Between 1 and 9 reviewers must agree.",
            ),
            models.CheckConstraint(
                name="article_date_has_a_precision",
                condition=Q(published_on=None, published_on_precision="")
                | (Q(published_on__isnull=False) & ~Q(published_on_precision="")),
                violation_error_message="Give the date and how precise it is, or neither.",
            ),
            one_of(
                "published_on_precision",
                ["day", "month", "year", "presumed_year"],
                model="article",
                blank=True,
            ),
            one_of("text_visibility", ["spans", "full"], model="article"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.key])

    @property
    def byline(self) -> str:
        return ", ".join(self.authors)

    @property
    def published_text(self) -> str:
        """The date as far as it is known: "2016 (presumed)", "3 May 2016", "no date"."""
        if self.published_on is None:
            return "no date"
        return {
            self.Precision.DAY: f"{self.published_on:%-d %B %Y}",
            self.Precision.MONTH: f"{self.published_on:%B %Y}",
            self.Precision.YEAR: f"{self.published_on:%Y}",
            self.Precision.PRESUMED_YEAR: f"{self.published_on:%Y} (presumed)",
        }[self.Precision(self.published_on_precision)]


class ArticleSnapshotQuerySet(models.QuerySet["ArticleSnapshot"]):
    def with_open_places(self) -> ArticleSnapshotQuerySet:
        """The texts that are here and leave places of claims open, with how many: `open_places`."""
        lost = Count("anchors", filter=Q(anchors__status__in=["ambiguous", "orphaned"]))
        texts = self.with_text().defer("text", "outline").annotate(open_places=lost)
        return texts.filter(open_places__gt=0)

    def with_text(self) -> ArticleSnapshotQuerySet:
        return self.filter(text__isnull=False)

    def for_reading(self) -> ArticleSnapshotQuerySet:
        """All versions without their texts, first the one to read: the newest that was imported.

        Each is annotated `is_imported`.
        """
        imported = models.ExpressionWrapper(
            Q(text__isnull=False), output_field=models.BooleanField()
        )
        versions = self.annotate(is_imported=imported).defer("text", "outline")
        return versions.order_by("-is_imported", "-created_at", "-pk")


class ArticleSnapshot(models.Model):
    """The article's text on one day, or, until an operator imports it, only its fingerprint.

    `outline` lists sections, paragraphs and readers' comments as code point offsets:
    {"sections": [{key, label, start, end, paragraphs}], "paragraphs": [{number, section, start,
    end, sha256}], "comments": [{number, start, end, sha256}]}.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="snapshots")
    sha256 = models.CharField(max_length=64)
    text = models.TextField(null=True, blank=True)  # noqa: DJ001
    code_points = models.PositiveIntegerField()
    body_start = models.PositiveIntegerField()
    body_end = models.PositiveIntegerField()
    outline = models.JSONField(default=dict, blank=True)
    retrieved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ArticleSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["article", "-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "sha256"], name="snapshot_once"),
            models.CheckConstraint(
                name="snapshot_body_inside_text",
                condition=Q(body_start__lt=F("body_end"), body_end__lte=F("code_points")),
                violation_error_message="The body must lie inside the text.",
            ),
            models.CheckConstraint(
                name="snapshot_sha256_is_whole", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="immutable",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("article", "sha256", "code_points", "created_at"),
            ),
            pgtrigger.Protect(
                name="text_comes_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__text__isnull=False)
                & pgtrigger.Q(old__text__df=pgtrigger.F("new__text")),
            ),
            pgtrigger.Trigger(
                name="text_is_what_it_says",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("text"),
                condition=pgtrigger.Q(new__text__isnull=False),
                func="""
                    IF encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') <> NEW.sha256
                       OR char_length(NEW.text) <> NEW.code_points THEN
                        RAISE EXCEPTION 'snapshot_text_is_what_it_says: the text is not the one '
                            'that this snapshot''s sha256 and length describe'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.sha256[:12]})"

    @property
    def sections(self) -> list[dict[str, Any]]:
        return list(self.outline.get("sections", []))

    @property
    def comments(self) -> list[dict[str, Any]]:
        return list(self.outline.get("comments", []))

    def predecessor(self) -> ArticleSnapshot | None:
        """Return the text of the same article that was here before this one."""
        earlier = ArticleSnapshot.objects.with_text().filter(article_id=self.article_id)
        return earlier.filter(pk__lt=self.pk).order_by("-pk").first()
