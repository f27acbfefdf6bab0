"""Pages and texts that are to be imported, what each import would do, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from claims.actions.errors import Refused
from claims.actions.imports import confirm_import, discard_import
from claims.actions.previews import ImportPreview, preview_import
from claims.admin.links import change_url, link_to
from claims.models import ArticleImport
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import tool

if TYPE_CHECKING:
    from typing import Any

    from django.contrib.auth.models import User


def _waits(wish: ArticleImport) -> bool:
    return wish.state == ArticleImport.State.PREVIEW


@admin.register(ArticleImport)
class ArticleImportAdmin(ReadOnlyAdmin):
    refusals = (Refused,)
    list_display = ("source", "article", "state", "short_error", "requested_by", "requested_at")
    list_filter = ("state", "article")
    list_select_related = ("article", "requested_by")
    search_fields = ("url", "error", "article__title")
    date_hierarchy = "requested_at"
    fields = (
        "article",
        "source",
        "state",
        "error",
        "preview",
        "snapshot",
        "requested_by",
        "requested_at",
        "finished_at",
    )

    @admin.display(description="page or text", ordering="url")
    def source(self, wish: ArticleImport) -> str:
        return wish.url or ("an uploaded page" if wish.is_page else "an uploaded or pasted text")

    @admin.display(description="error", ordering="error")
    def short_error(self, wish: ArticleImport) -> str:
        return Truncator(wish.error).chars(120)

    @admin.display(description="what importing it would do")
    def preview(self, wish: ArticleImport) -> str:
        if wish.state in ArticleImport.LIVE and wish.wants_preview:
            return "The page is being fetched: load this page again to see what it would do."
        if not _waits(wish):
            return "-"
        try:
            return _shown(preview_import(wish))
        except Refused as error:
            return format_html(
                '<strong class="desk-refusal">It cannot be imported.</strong> {}', error
            )

    @tool("Import it", permission="import", shown=_waits, refusals=(Refused,))
    def confirm(self, request: HttpRequest, wish: ArticleImport, given: dict[str, Any]) -> str:
        """Store the text; its claims are looked for in it."""
        snapshot = confirm_import(wish, by=cast("User", request.user), now=timezone.now())
        return format_html(
            'The text is imported. <a href="{}">See the text and its claims</a>.',
            change_url(snapshot),
        )

    @tool("Discard it", permission="import", shown=_waits, refusals=(Refused,))
    def discard(self, request: HttpRequest, wish: ArticleImport, given: dict[str, Any]) -> str:
        """Nothing of it is kept."""
        discard_import(wish, by=cast("User", request.user), now=timezone.now())
        return "It is discarded; nothing was imported."

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.add_articlesnapshot")


def _shown(found: ImportPreview) -> SafeString:
    counts = ", ".join(f"{number} {status}" for status, number in found.counts.items())
    rows = [
        ("Title", found.title),
        ("Body", f"{found.body_words} words in {found.paragraphs} paragraphs"),
        (
            "Outside it",
            f"{found.outside_words} words, {found.comments} of its blocks readers' comments",
        ),
        ("Claims", counts),
        ("This text", "known already: nothing new would be kept" if found.is_known else "new"),
        ("Differs from the last", _difference(found.differing)),
    ]
    unclear = (
        (
            link_to(each.anchor.claim, each.anchor.claim.public_id),
            each.anchor.claim.statement,
            each.after,
        )
        for each in found.unclear
    )
    return format_html(
        '<dl class="desk-facts">{}</dl><ul>{}</ul>',
        format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows),
        format_html_join("", "<li>{} {} ({})</li>", unclear),
    )


def _difference(paragraphs: int | None) -> str:
    if paragraphs is None:
        return "there is no earlier text here"
    return f"in {paragraphs} paragraphs" if paragraphs else "in no word"
