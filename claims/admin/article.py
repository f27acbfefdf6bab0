"""Articles, and the import of their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.actions.articles import Imported, import_page, import_text
from claims.actions.curation import keep
from claims.actions.errors import Refused
from claims.actions.imports import request_import, stage_import
from claims.admin.fields import LinesField
from claims.admin.import_form import ImportForm
from claims.admin.links import change_url
from claims.admin.places import article_tools
from claims.models import Article, ArticleImport
from claims.tasks import import_article_page
from sources.admin.desk import DeskAdmin, DeskForm
from sources.admin.tools import Tool, tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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

    @tool(
        "Import text",
        form=ImportForm,
        permission="import",
        refusals=(Refused,),
        template="admin/claims/article/import_text.html",
    )
    def import_text(self, request: HttpRequest, article: Article, given: dict[str, Any]) -> str:
        """The text is kept as it is, and every claim of the article is looked for in it. A text that
        is here already is not kept twice."""
        by, now = cast("User", request.user), timezone.now()
        if given["url"]:
            wish = request_import(article, given["url"], by=by, now=now)
            import_article_page.delay_on_commit(wish.pk)
            return "The page is being fetched. “Import text” shows how far it is."
        if given["html"] is not None:
            return _told(import_page(article, given["html"], by=by, now=now))
        return _told(import_text(article, given["text"], by=by, now=now))

    def tools_for(self, request: HttpRequest, record: models.Model) -> list[dict[str, Any]]:
        """The texts of the article are worked on from here too."""
        tools = article_tools(request, cast(Article, record))
        return [*super().tools_for(request, record), *tools]

    def tool_view(self, request: HttpRequest, object_id: str, tool: Tool) -> HttpResponse:
        """With "Preview" what was given is kept for a look, and nothing is imported yet."""
        article = cast("Article | None", self.get_object(request, unquote(object_id)))
        if (
            "_preview" not in request.POST
            or article is None
            or not self._may_use(request, article, tool)
        ):
            return super().tool_view(request, object_id, tool)
        form = self.tool_form(request, article, tool)
        wish = self._stage(request, article, form) if form.is_valid() else None
        if wish is None:
            return self._tool_page(request, article, tool, form)
        return HttpResponseRedirect(change_url(wish))

    def _stage(
        self, request: HttpRequest, article: Article, form: forms.Form
    ) -> ArticleImport | None:
        """Keep what was given for a look; return None when it was refused and the form says why."""
        given, by, now = form.cleaned_data, cast("User", request.user), timezone.now()
        try:
            if given["url"]:
                wish = request_import(article, given["url"], wants_preview=True, by=by, now=now)
                import_article_page.delay_on_commit(wish.pk)
                return wish
            content = given["html"] if given["html"] is not None else given["text"].encode()
            is_page = given["html"] is not None
            return stage_import(article, content, is_page=is_page, by=by, now=now)
        except Refused as error:
            form.add_error(None, str(error))
            return None

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.add_articlesnapshot")

    def tool_context(self, tool: Tool, record: models.Model) -> dict[str, Any]:
        imports = ArticleImport.objects.for_desk(cast(Article, record))
        return {"imports": [(each, _import_url(each)) for each in imports]}

    @admin.display(description="authors")
    def byline(self, article: Article) -> str:
        return article.byline

    @admin.display(description="published", ordering="published_on")
    def published_text(self, article: Article) -> str:
        return article.published_text

    @admin.display(description="claims", ordering="claim_count")
    def claim_count(self, article: Any) -> int:
        return int(article.claim_count)


def _told(imported: Imported) -> SafeString:
    counts = ", ".join(f"{number} {status}" for status, number in imported.counts.items())
    return format_html(
        '{} Claims: {}. <a href="{}">See the text and where its body begins and ends</a>.',
        "The text is imported." if imported.is_new else "This text was known already.",
        counts,
        change_url(imported.snapshot),
    )


def _import_url(wish: ArticleImport) -> str:
    """Return where an import led to, or where what it would do is shown."""
    if wish.snapshot:
        return change_url(wish.snapshot)
    return change_url(wish) if wish.wants_preview else ""
