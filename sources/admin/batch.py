"""Batches of fetches: how far each is, live, and mending it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from sources.actions.mending import Retried, give_up_all, retry_all
from sources.admin.live import LiveAdmin
from sources.admin.tools import ReasonForm, tool
from sources.models import FetchBatch, FetchRequest
from sources.progress import progress_of
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = FetchRequest.State


def count(number: int, thing: str = "request") -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def said_of(retried: Retried) -> str:
    held = f" {count(retried.left)} being fetched now: left alone." if retried.left else ""
    return f"{retried.total} will be asked for again.{held}"


class UnderWayFilter(admin.SimpleListFilter):
    title = "progress"
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("live", "under way")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.under_way() if self.value() == "live" else queryset


@admin.register(FetchBatch)
class FetchBatchAdmin(LiveAdmin):
    progress_template = "admin/sources/fetchbatch/progress.html"
    list_display = ("name", "bar", "failed", "next_attempt", "requested_by", "created_at")
    list_filter = (UnderWayFilter, "created_at")
    list_select_related = ("requested_by",)
    search_fields = ("reason", "=requests__identifier")
    search_help_text = "Words of the reason, or an identifier in the batch"
    date_hierarchy = "created_at"
    fields = ("reason", "requested_by", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        batches: Any = super().get_queryset(request)
        return batches.with_progress()

    def heading(self, record: FetchBatch) -> str:
        return f"Batch {record.pk}"

    @admin.display(description="batch", ordering="pk")
    def name(self, batch: FetchBatch) -> str:
        return str(batch).capitalize()

    @admin.display(description="done")
    def bar(self, batch: Any) -> str:
        done = batch.total - batch.queued - batch.running
        bar = '<progress max="{}" value="{}">{} of {}</progress> {} of {}'
        return format_html(bar, batch.total or 1, done, done, batch.total, done, batch.total)

    @admin.display(description="failed", ordering="failed")
    def failed(self, batch: Any) -> int:
        return int(batch.failed)

    @admin.display(description="next attempt", ordering="next_attempt_at")
    def next_attempt(self, batch: Any) -> Any:
        return batch.next_attempt_at

    @tool("Retry what failed or waits", permission="mend")
    def retry(self, request: HttpRequest, batch: FetchBatch, given: dict[str, Any]) -> str:
        """All that failed is asked for again, and what waits for a later attempt is due at once."""
        troubled = FetchRequest.objects.filter(batches=batch).troubled()
        retried = retry_all(troubled, by=cast("User", request.user), now=timezone.now())
        for service in retried.services:
            wake(service)
        return said_of(retried)

    @tool(
        "Give up what waits",
        form=ReasonForm,
        permission="mend",
        shown=lambda batch: batch.requests.filter(state=State.QUEUED).exists(),
    )
    def give_up(self, request: HttpRequest, batch: FetchBatch, given: dict[str, Any]) -> str:
        """All that waits ends as failed, with your reason; it can be retried at any time."""
        by, now = cast("User", request.user), timezone.now()
        requests = FetchRequest.objects.filter(batches=batch)
        return f"{count(give_up_all(requests, by=by, now=now, why=given['why']))} given up."

    def has_mend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_fetchrequest")

    def progress(self, batch: FetchBatch) -> dict[str, Any]:
        progress = progress_of(batch, now=timezone.now())
        requests = reverse("admin:sources_fetchrequest_changelist")
        return {
            "is_finished": progress.is_finished,
            "progress": progress,
            "states": [(state, progress.counts[state.value]) for state in State],
            "requests_url": f"{requests}?batch={batch.pk}",
        }
