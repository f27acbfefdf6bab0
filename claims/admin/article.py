"""Articles, and their texts as they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from claims.actions.curation import keep
from claims.actions.errors import Refused
from claims.admin.fields import LinesField
from claims.models import Article, ArticleSnapshot
from sources.admin.desk import DeskAdmin, DeskForm, ReadOnlyAdmin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN: Final = 20_000


class ArticleForm(DeskForm):
    # Names hold commas ("Smith, J.").
    authors = LinesField(help_text="One a line.")


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    form = ArticleForm
    refusals = (Refused,)
    list_display = (
        "title",
        "byline",
        "publisher",
        "published_text",
        "claim_count",
        "reviewers_required",
    )
    list_filter = ("publisher", "language", "reviewers_required")
    search_fields = ("title", "key", "publisher", "url")
    date_hierarchy = "published_on"

    def get_queryset(self, request: HttpRequest) -> Any:
        return cast(Any, super().get_queryset(request)).for_list()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        keep(obj, by=cast("User", request.user), now=timezone.now())

    @admin.display(description="authors")
    def byline(self, article: Article) -> str:
        return article.byline

    @admin.display(description="published", ordering="published_on")
    def published_text(self, article: Article) -> str:
        return article.published_text

    @admin.display(description="claims", ordering="claim_count")
    def claim_count(self, article: Any) -> int:
        return int(article.claim_count)


@admin.register(ArticleSnapshot)
class ArticleSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("article", "sha256", "code_points", "retrieved_at", "created_at")
    list_filter = ("article",)
    list_select_related = ("article",)
    search_fields = ("article__title", "sha256")
    date_hierarchy = "created_at"
    fields = (
        "article",
        "sha256",
        "code_points",
        "body_start",
        "body_end",
        "retrieved_at",
        "created_at",
        "parts",
        "beginning",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("text", "outline")

    @admin.display(description="outline")
    def parts(self, snapshot: ArticleSnapshot) -> str:
        outline = snapshot.outline
        numbers = (
            f"{len(outline.get(name, []))} {name}"
            for name in ("sections", "paragraphs", "comments")
        )
        return ", ".join(numbers)

    @admin.display(description="text")
    def beginning(self, snapshot: ArticleSnapshot) -> str:
        if snapshot.text is None:
            return "Not imported: only its fingerprint is known."
        return format_html('<pre class="payload" tabindex="0">{}</pre>', snapshot.text[:SHOWN])
