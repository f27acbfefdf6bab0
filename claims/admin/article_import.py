"""Pages that were to be fetched and imported as an article's text, and what became of each."""

from __future__ import annotations

from django.contrib import admin
from django.utils.text import Truncator

from claims.models import ArticleImport
from sources.admin.desk import ReadOnlyAdmin


@admin.register(ArticleImport)
class ArticleImportAdmin(ReadOnlyAdmin):
    list_display = ("url", "article", "state", "short_error", "requested_by", "requested_at")
    list_filter = ("state", "article")
    list_select_related = ("article", "requested_by")
    search_fields = ("url", "error", "article__title")
    date_hierarchy = "requested_at"

    @admin.display(description="error", ordering="error")
    def short_error(self, wish: ArticleImport) -> str:
        return Truncator(wish.error).chars(120)
