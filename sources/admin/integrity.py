"""Retractions, corrections and concerns, as the services tell them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from sources.admin.asking import queue_check
from sources.admin.desk import ReadOnlyAdmin, ReadOnlyInline
from sources.admin.tools import tool
from sources.models import IntegrityNotice, Publication
from sources.models.checked import SourceCheck


class NoticeInline(ReadOnlyInline):
    model = IntegrityNotice
    fields = ("kind", "date", "source", "reference", "first_seen_at", "last_seen_at", "cleared_at")
    verbose_name_plural = "notices: retractions, corrections, concerns"


class DisagreementFilter(admin.SimpleListFilter):
    """Publications of which PubMed and Crossref do not say the same."""

    title = "PubMed and Crossref"
    parameter_name = "sources"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("disagree", "disagree")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.of_disagreeing_sources() if self.value() == "disagree" else queryset


class DeletedFilter(admin.SimpleListFilter):
    """Publications whose PMID PubMed has taken back."""

    title = "deletion in PubMed"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "deleted by PubMed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.deleted_by_pubmed() if self.value() == "yes" else queryset


class ChecksMixin(admin.ModelAdmin):
    """What each source says of a publication, on its page and in the list."""

    @tool("Check in Crossref", permission="fetch", shown=lambda paper: paper.doi is not None)
    def check_in_crossref(
        self, request: HttpRequest, paper: Publication, given: dict[str, Any]
    ) -> str:
        """Asks Crossref once more whether there are notices about it."""
        queue_check(request, [paper])
        return f"Crossref will be asked about {paper.doi}."

    @admin.action(description="Check in Crossref", permissions=["fetch"])
    def check_chosen_in_crossref(self, request: HttpRequest, chosen: Any) -> None:
        papers = list(chosen.with_doi())
        queue_check(request, papers)
        self.message_user(request, f"Crossref will be asked about {len(papers)}.")

    @admin.display(description="checked in")
    def checked_in(self, paper: Publication) -> str:
        asked = [check.name for check in paper.checks if check.checked_at]
        said = ", ".join(asked) or "nowhere"
        return f"{said}; they disagree" if paper.sources_disagree else said

    @admin.display(description="what the sources say")
    def what_sources_say(self, paper: Publication) -> str:
        lines = format_html_join("", "{}: {}<br>", _lines(paper.checks))
        verdict = "They disagree: the graver word counts." if paper.sources_disagree else ""
        return format_html("{}{}", lines, verdict)


def _lines(checks: tuple[SourceCheck, ...]) -> list[tuple[str, str]]:
    return [(check.name, _said(check)) for check in checks]


def _said(check: SourceCheck) -> str:
    if check.checked_at:
        unclear = check.integrity == Publication.Integrity.UNKNOWN
        word = "a change of an unknown kind" if unclear else check.label
        return f"{word}, checked {date_format(check.checked_at, 'j F Y, H:i')} UTC"
    return "not checked" if check.can_be_asked else f"cannot be asked without a {check.needs}"


@admin.register(IntegrityNotice)
class IntegrityNoticeAdmin(ReadOnlyAdmin):
    list_display = ("publication", "kind", "date", "source", "first_seen_at", "cleared_at")
    list_filter = ("kind", "source", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("publication",)
    search_fields = ("=publication__pmid", "publication__title", "=notice_pmid", "reference")
    date_hierarchy = "first_seen_at"

    def heading(self, record: IntegrityNotice) -> str:
        return f"{record.get_kind_display().capitalize()} of {record.publication}"
