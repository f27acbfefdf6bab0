"""Trials: making one known by its registry number, and what registry and curators say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from sources.actions.fetching import open_batch, request_fetch
from sources.admin.desk import DeskAdmin, DeskForm, ReadOnlyAdmin, ReadOnlyInline
from sources.admin.lookup import OfferingMixin, stored
from sources.admin.tools import tool
from sources.identifiers import IllegalIdentifier, parse_registry_id
from sources.models import (
    RegistrationAlias,
    RegistrationChange,
    Report,
    Service,
    Trial,
    TrialDigest,
    TrialResult,
)
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NewTrialForm(DeskForm):
    """Asks for nothing but the number: the registry says the rest."""

    number = forms.CharField(
        label="Registry number",
        help_text="NCT, ISRCTN, ACTRN or DRKS. An NCT or ISRCTN number is fetched at once.",
    )

    def clean_number(self) -> str:
        try:
            return parse_registry_id(self.cleaned_data["number"]).id
        except IllegalIdentifier as error:
            raise forms.ValidationError(str(error)) from error


class DigestInline(ReadOnlyInline):
    model = TrialDigest
    fields = (
        "years",
        "population",
        "intervention",
        "comparator",
        "tested",
        "shows",
        "does_not_show",
    )
    verbose_name_plural = "what the curators say of it"


class ResultInline(ReadOnlyInline):
    model = TrialResult
    fields = ("outcome", "role", "measure", "estimate", "ci_low", "ci_high", "p", "publication")
    verbose_name_plural = "results"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("publication")


class AliasInline(ReadOnlyInline):
    model = RegistrationAlias
    fields = ("registry_id", "noticed_at")
    verbose_name_plural = "numbers that were merged into this one"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.view_trial")


class ChangeInline(ReadOnlyInline):
    model = RegistrationChange
    fields = ("field", "before_text", "after_text", "noticed_at", "acknowledged_by", "note")
    readonly_fields = ("before_text", "after_text")
    show_change_link = True
    verbose_name_plural = "what changed in the registration"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.view_trial")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("acknowledged_by")

    @admin.display(description="then")
    def before_text(self, change: RegistrationChange) -> str:
        return change.before_text

    @admin.display(description="now")
    def after_text(self, change: RegistrationChange) -> str:
        return change.after_text


class ReportInline(ReadOnlyInline):
    model = Report
    fields = ("publication", "role", "origin")
    verbose_name_plural = "publications that report it"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("publication")


def _is_fetchable(trial: Trial) -> bool:
    return trial.service is not None


@admin.register(Trial)
class TrialAdmin(OfferingMixin, DeskAdmin):
    list_display = (
        "registry_id",
        "acronym",
        "short_title",
        "status",
        "enrollment",
        "identity",
        "fetched_at",
    )
    list_filter = ("registry", "identity", "status", ("fetched_at", admin.EmptyFieldListFilter))
    search_fields = ("registry_id", "acronym", "aliases", "title", "official_title")
    search_help_text = "Registry number, acronym or words of the title"
    date_hierarchy = "fetched_at"
    inlines = (DigestInline, ResultInline, ReportInline, AliasInline, ChangeInline)
    fieldsets = (
        (None, {"fields": ("registry_link", "acronym", "aliases", "title", "official_title")}),
        ("Identity", {"fields": ("identity", "expected_title")}),
        (
            "Design",
            {
                "fields": (
                    "study_type",
                    "phases",
                    "allocation",
                    "intervention_model",
                    "primary_purpose",
                    "masking",
                    "enrollment",
                    "enrollment_type",
                    "conditions",
                )
            },
        ),
        ("What was compared", {"fields": ("arms_text", "interventions_text", "outcomes_text")}),
        (
            "Progress",
            {
                "fields": (
                    "status",
                    "last_known_status",
                    "why_stopped",
                    ("start_date", "start_date_type"),
                    ("primary_completion_date", "primary_completion_date_type"),
                    ("completion_date", "completion_date_type"),
                    "has_results",
                    "first_posted",
                    "results_first_posted",
                    "last_update_posted",
                )
            },
        ),
        ("Record", {"fields": ("sponsor", "fetched_at", "parser_version", "unread")}),
    )
    actions = ("fetch_chosen",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The record is the registry's to change; what may be done here are the buttons."""
        return False

    def has_fetch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.add_fetchrequest")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else ((None, {"fields": ("number",)}),)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None:
            kwargs["form"] = NewTrialForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Trial, form: Any, change: bool) -> None:
        number = form.cleaned_data["number"]
        known = Trial.objects.filter(registry_id=number).first() or Trial(registry_id=number)
        obj.pk = stored(known, by=cast("User", request.user), now=timezone.now()).pk
        obj.refresh_from_db()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find a trial by any way to write its name, and by a number that was merged into its own."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        match = Trial.objects.resolve(search_term, suggest=False) if search_term.strip() else None
        if match is None or not match.candidates:
            return found, may_repeat
        meant = queryset.filter(pk__in=[trial.pk for trial in match.candidates])
        return found | meant, True

    @tool("Fetch again", permission="fetch", shown=_is_fetchable)
    def fetch_again(self, request: HttpRequest, trial: Trial, given: dict[str, Any]) -> str:
        """Asks the registry for the record once more."""
        queue_fetch(request, [trial])
        return f"{trial.get_registry_display()} will be asked for {trial.registry_id}."

    @admin.action(description="Fetch again", permissions=["fetch"])
    def fetch_chosen(self, request: HttpRequest, chosen: Any) -> None:
        trials = list(chosen.fetchable())
        queue_fetch(request, trials)
        self.message_user(request, f"{len(trials)} will be fetched again.")

    @admin.display(description="title", ordering="title")
    def short_title(self, trial: Trial) -> str:
        return Truncator(trial.title or trial.expected_title or "not fetched yet").chars(90)

    @admin.display(description="registry record")
    def registry_link(self, trial: Trial) -> str:
        return format_html(
            '<a href="{}" rel="noreferrer">{}</a>', trial.registry_url, trial.registry_id
        )

    @admin.display(description="arms")
    def arms_text(self, trial: Trial) -> str:
        return listed(trial.arms, "label", "description")

    @admin.display(description="interventions")
    def interventions_text(self, trial: Trial) -> str:
        return listed(trial.interventions, "name", "description")

    @admin.display(description="registered primary outcomes")
    def outcomes_text(self, trial: Trial) -> str:
        return listed(trial.primary_outcomes, "measure", "time_frame")


def listed(entries: list[dict[str, Any]], name: str, detail: str) -> str:
    """Return entries of a registry as a list: the name, and what is said of it."""
    lines = ((each.get(name) or "", each.get(detail) or "") for each in entries)
    items = format_html_join("", "<li><b>{}</b> {}</li>", lines)
    return format_html("<ul>{}</ul>", items) if items else "-"


AGAIN: Final = "asked for again by hand"


def queue_fetch(request: HttpRequest, trials: list[Trial]) -> None:
    """Ask the registries for these again, soon."""
    by, now = cast("User", request.user), timezone.now()
    batch = open_batch(AGAIN, by=by, now=now)
    for service in (Service.CLINICALTRIALS, Service.ISRCTN):
        numbers = [trial.registry_id for trial in trials if trial.service == service]
        if numbers:
            request_fetch(service, numbers, by=by, now=now, reason=AGAIN, priority=5, batch=batch)
            wake(service)


@admin.register(TrialDigest)
class TrialDigestAdmin(ReadOnlyAdmin):
    list_display = ("trial", "years", "insulin_randomised", "tested", "numbers_from")
    list_filter = ("insulin_randomised", "numbers_from")
    list_select_related = ("trial",)
    search_fields = ("trial__registry_id", "trial__acronym", "tested", "shows")


@admin.register(TrialResult)
class TrialResultAdmin(ReadOnlyAdmin):
    list_display = (
        "trial",
        "outcome",
        "role",
        "measure",
        "estimate",
        "ci_low",
        "ci_high",
        "publication",
    )
    list_filter = ("role", "measure")
    list_select_related = ("trial", "publication")
    search_fields = ("trial__registry_id", "trial__acronym", "outcome", "=publication__pmid")
