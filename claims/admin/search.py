"""Searches of the literature: recorded once, never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from claims.actions.curation import record_search
from claims.actions.errors import Refused
from claims.models import SearchRecord
from sources.admin.desk import DeskAdmin

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(SearchRecord)
class SearchRecordAdmin(DeskAdmin):
    refusals = (Refused,)
    list_display = (
        "claim_text",
        "database",
        "short_query",
        "run_on",
        "hits",
        "included",
        "recorded_by",
    )
    list_filter = ("database", "claim__claim_type")
    list_select_related = ("claim", "recorded_by")
    search_fields = ("query", "claim__key", "claim__statement")
    date_hierarchy = "run_on"
    autocomplete_fields = ("claim",)
    fields = ("claim", "database", "query", "run_on", "hits", "included")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SearchRecord, form: Any, change: bool) -> None:
        record_search(obj, by=cast("User", request.user), now=timezone.now())

    @admin.display(description="claim", ordering="claim")
    def claim_text(self, search: SearchRecord) -> str:
        return Truncator(str(search.claim)).chars(80)

    @admin.display(description="query", ordering="query")
    def short_query(self, search: SearchRecord) -> str:
        return Truncator(search.query).chars(80)
