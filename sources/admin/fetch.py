"""The ledger of fetching: what was asked for, what became of it, and asking again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import Truncator

from sources.actions.fetching import NotFinished, give_up, retry_now
from sources.admin.desk import ReadOnlyAdmin, ReadOnlyInline
from sources.admin.tools import ReasonForm, tool
from sources.models import FetchAttempt, FetchRequest, RateBudget, Service
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = FetchRequest.State


class LeftFilter(admin.SimpleListFilter):
    """Failed requests that nobody has followed up."""

    title = "follow-up"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("failed", "failed, not asked again")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.left_failed() if self.value() == "failed" else queryset


class FetchAttemptInline(ReadOnlyInline):
    model = FetchAttempt
    fields = ("at", "outcome", "http_status", "error", "duration_ms", "parser_version", "batch")
    verbose_name_plural = "attempts, newest first"


@admin.register(FetchRequest)
class FetchRequestAdmin(ReadOnlyAdmin):
    list_display = (
        "identifier",
        "service",
        "state",
        "attempts",
        "next_attempt",
        "error",
        "requested_by",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", LeftFilter, "service", "created_at")
    list_select_related = ("requested_by",)
    search_fields = ("identifier", "last_error", "reason")
    date_hierarchy = "created_at"
    inlines = (FetchAttemptInline,)
    actions = ("retry_chosen", "give_up_chosen")

    @admin.display(description="next attempt", ordering="next_attempt_at")
    def next_attempt(self, request: FetchRequest) -> Any:
        return request.next_attempt_at if request.state == State.QUEUED else None

    @admin.display(description="error", ordering="last_error")
    def error(self, request: FetchRequest) -> str:
        return Truncator(request.last_error).chars(120)

    @tool("Retry now", permission="retry", shown=lambda request: request.state != State.RUNNING)
    def retry(self, request: HttpRequest, wish: FetchRequest, given: dict[str, Any]) -> str:
        """A waiting request is made due at once; a finished one is followed by a new one."""
        renewed = retry_now(wish, by=cast("User", request.user), now=timezone.now())
        wake(renewed.service)
        return f"{renewed.get_service_display()} will be asked for {renewed.identifier} again."

    @tool(
        "Give up",
        form=ReasonForm,
        permission="retry",
        shown=lambda request: request.state == State.QUEUED,
        refusals=(NotFinished,),
    )
    def give_up(self, request: HttpRequest, wish: FetchRequest, given: dict[str, Any]) -> str:
        """The request ends as failed, with your reason; it can be retried at any time."""
        give_up(wish, by=cast("User", request.user), now=timezone.now(), why=given["why"])
        return f"{wish.identifier} is no longer asked for."

    @admin.action(description="Retry now", permissions=["retry"])
    def retry_chosen(self, request: HttpRequest, chosen: QuerySet[FetchRequest]) -> None:
        by, now = cast("User", request.user), timezone.now()
        renewed = [retry_now(wish, by=by, now=now) for wish in chosen]
        for service in {wish.service for wish in renewed}:
            wake(service)
        self.message_user(request, f"{len(renewed)} will be asked for again.", messages.SUCCESS)

    @admin.action(description="Give up", permissions=["retry"])
    def give_up_chosen(
        self, request: HttpRequest, chosen: QuerySet[FetchRequest]
    ) -> HttpResponse | None:
        form = ReasonForm(request.POST if "why" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": "Give up",
                "form": form,
                "chosen": chosen,
                "action": "give_up_chosen",
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/desk/reason.html", context)
        self._give_up(request, chosen, form.cleaned_data["why"])
        return None

    def _give_up(self, request: HttpRequest, chosen: Iterable[FetchRequest], why: str) -> None:
        by, now = cast("User", request.user), timezone.now()
        ended = 0
        for wish in chosen:
            try:
                give_up(wish, by=by, now=now, why=why)
            except NotFinished as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                ended += 1
        self.message_user(request, f"{ended} given up.", messages.SUCCESS)

    def has_retry_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_fetchrequest")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Put the summary by service and state on top."""
        tally = FetchRequest.objects.tally()
        summary = [
            {
                "service": service,
                "states": [(state, tally[service.value][state]) for state in State],
            }
            for service in Service
        ]
        pauses = RateBudget.objects.paused()
        context = {"summary": summary, "states": State, "pauses": pauses, **(extra_context or {})}
        return super().changelist_view(request, context)


@admin.register(FetchAttempt)
class FetchAttemptAdmin(ReadOnlyAdmin):
    list_display = ("at", "request", "outcome", "http_status", "short_error", "duration_ms")
    list_filter = ("outcome", "request__service", "http_status")
    list_select_related = ("request",)
    search_fields = ("=request__identifier", "error", "=batch")
    date_hierarchy = "at"

    @admin.display(description="error", ordering="error")
    def short_error(self, attempt: FetchAttempt) -> str:
        return Truncator(attempt.error).chars(120)
