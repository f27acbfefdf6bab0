"""The wish that a page be fetched and imported: what a worker does while the desk waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.models.article import Article, ArticleSnapshot
from claims.models.constraints import one_of

#: After so long nobody works on it any more: a fetch takes half a minute, and a queue may be full.
PATIENCE: Final = timedelta(minutes=15)


class ArticleImportQuerySet(models.QuerySet["ArticleImport"]):
    def live(self) -> ArticleImportQuerySet:
        """Imports that still want something done."""
        return self.filter(state__in=ArticleImport.LIVE)

    def abandoned(self, now: datetime) -> ArticleImportQuerySet:
        """Live imports that no worker can still be at."""
        return self.live().filter(requested_at__lt=now - PATIENCE)

    def for_desk(self, article: Article) -> ArticleImportQuerySet:
        """The last imports of an article, newest first."""
        return self.filter(article=article).select_related("requested_by", "snapshot")[:10]


class ArticleImport(models.Model):
    """One wish to have a page or text imported as an article's text, at once or after a look at it."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        PREVIEW = "preview", "waits for a look"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        DISCARDED = "discarded", "discarded"

    LIVE = (State.QUEUED, State.RUNNING)

    article = models.ForeignKey(Article, models.PROTECT, related_name="imports")
    url = models.TextField(blank=True, help_text="Empty: it was uploaded or pasted.")
    wants_preview = models.BooleanField(default=False)
    content = models.BinaryField(null=True, blank=True)
    is_page = models.BooleanField(default=False)
    charset = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    error = models.TextField(blank=True)
    snapshot = models.ForeignKey(
        ArticleSnapshot, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ArticleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            one_of(
                "state",
                ["queued", "running", "preview", "done", "failed", "discarded"],
                model="import",
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=["queued", "running"]),
                name="import_one_at_a_time",
                violation_error_message="A page is being fetched for this article already.",
            ),
            models.CheckConstraint(
                name="import_failed_says_why",
                condition=Q(state="failed") & ~Q(error="") | ~Q(state="failed") & Q(error=""),
                violation_error_message="A failed import says why, and no other does.",
            ),
            models.CheckConstraint(
                name="import_done_has_a_snapshot",
                condition=Q(state="done", snapshot__isnull=False)
                | ~Q(state="done") & Q(snapshot=None),
                violation_error_message="An import that is done has a snapshot, and no other has.",
            ),
            models.CheckConstraint(
                name="import_over_has_an_end",
                condition=Q(state__in=["done", "failed", "discarded"], finished_at__isnull=False)
                | Q(state__in=["queued", "running", "preview"], finished_at=None),
                violation_error_message="An import has an end when it is over, and not before.",
            ),
            models.CheckConstraint(
                name="import_keeps_content_for_a_preview",
                condition=Q(state="preview", content__isnull=False)
                | ~Q(state="preview") & Q(content=None),
                violation_error_message="Content is kept while it waits for a look, and no longer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url or 'A text'} ({self.get_state_display()})"
