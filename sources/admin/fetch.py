"""The ledger of fetching: what was asked for, what became of it, and asking again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import Truncator

from sources.actions.mending import NotFinished, give_up, give_up_all, retry_all, retry_now
from sources.admin.batch import count, said_of
from sources.admin.desk import ReadOnlyAdmin, ReadOnlyInline
from sources.admin.tools import ReasonForm, tool
from sources.models import FetchAttempt, FetchBatch, FetchRequest, RateBudget, Service
from sources.outcomes import EXPLANATIONS
from sources.progress import LABELS
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LISTED: Final = 50

State = FetchRequest.State


class LeftFilter(admin.SimpleListFilter):
    """Failed requests that nobody has followed up."""

    title = "follow-up"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("failed", "failed, not asked again")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.left_failed() if self.value() == "failed" else queryset


class TroubleFilter(admin.SimpleListFilter):
    """By how the last attempt went wrong."""

    title = "what went wrong"
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(code, str(LABELS[code])) for code in EXPLANATIONS]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        code = self.value()
        if code not in EXPLANATIONS:
            return queryset
        return queryset.troubled().last_ended_as(code)


class BatchFilter(admin.SimpleListFilter):
    """By batch; the newest are listed, any can be asked for."""

    title = "batch"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(batch.pk), str(batch)) for batch in FetchBatch.objects.all()[:10]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        number = self.value() or ""
        return queryset.filter(batches=int(number)) if number.isdecimal() else queryset


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
    list_filter = ("state", TroubleFilter, LeftFilter, "service", BatchFilter, "created_at")
    list_select_related = ("requested_by",)
    search_fields = ("identifier", "last_error", "reason")
    date_hierarchy = "created_at"
    inlines = (FetchAttemptInline,)
    actions = ("retry_chosen", "give_up_chosen")
    readonly_fields = ("meaning", "in_batches")

    def get_queryset(self, request: HttpRequest) -> Any:
        requests: Any = super().get_queryset(request)
        return requests.with_last_outcome()

    @admin.display(description="next attempt", ordering="next_attempt_at")
    def next_attempt(self, request: FetchRequest) -> Any:
        return request.next_attempt_at if request.state == State.QUEUED else None

    @admin.display(description="error", ordering="last_error")
    def error(self, request: FetchRequest) -> str:
        return Truncator(request.last_error).chars(120)

    @admin.display(description="batches")
    def in_batches(self, wish: FetchRequest) -> str:
        url = "admin:sources_fetchbatch_change"
        links = ((reverse(url, args=[batch.pk]), batch) for batch in wish.batches.all())
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "-"

    @admin.display(description="what that means")
    def meaning(self, wish: Any) -> str:
        told = EXPLANATIONS.get(wish.last_outcome)
        return f"{told.meaning} {told.advice}" if told else "-"

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
    def retry_chosen(self, request: HttpRequest, chosen: Any) -> HttpResponse | None:
        form = Form(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, chosen, form, "Retry now", "retry_chosen")
        retried = retry_all(chosen, by=cast("User", request.user), now=timezone.now())
        for service in retried.services:
            wake(service)
        self.message_user(request, said_of(retried), messages.SUCCESS)
        return None

    @admin.action(description="Give up", permissions=["retry"])
    def give_up_chosen(self, request: HttpRequest, chosen: Any) -> HttpResponse | None:
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, chosen, form, "Give up", "give_up_chosen")
        by, now = cast("User", request.user), timezone.now()
        total = chosen.count()
        ended = give_up_all(chosen, by=by, now=now, why=form.cleaned_data["why"])
        self.message_user(request, f"{ended} given up.", messages.SUCCESS)
        if ended < total:
            self.message_user(
                request,
                f"{count(total - ended)} not waiting any more: left alone.",
                messages.WARNING,
            )
        return None

    def _ask(
        self, request: HttpRequest, chosen: Any, form: Form, title: str, action: str
    ) -> HttpResponse:
        """Say how many are meant, and which ones if they are few, before anything is done."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}: {count(chosen.count())}",
            "form": form,
            "chosen": chosen[:LISTED],
            "more": max(0, chosen.count() - LISTED),
            "across": request.POST.get("select_across", "0"),
            "picked": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "button": title,
            "action": action,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/desk/reason.html", context)

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
