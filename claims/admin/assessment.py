"""Assessments, their quotes and what the reviewers settled on: read here, written on the evidence item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from claims.actions.assessments import submit_assessment
from claims.admin.assessment_form import AssessmentForm
from claims.admin.blind import visible_assessments, visible_consensus
from claims.admin.links import link_to
from claims.models import Assessment, Consensus, EvidenceItem, Quote
from sources.admin.desk import ReadOnlyAdmin, ReadOnlyInline

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

AXES: Any = (
    ("What it says", {"fields": ("stance", "rationale")}),
    (
        "How it bears on the claim",
        {"fields": ("directness", "directness_reasons", "scope", "finding_role")},
    ),
    ("The study", {"fields": ("study_design", "sample_size")}),
    (
        "Effect",
        {
            "fields": (
                "effect_outcome",
                ("effect_measure", "effect_estimate"),
                ("effect_ci_low", "effect_ci_high", "effect_ci_level"),
                "effect_p",
            )
        },
    ),
    ("Risk of bias", {"fields": (("rob_tool", "rob_overall"), "rob_reason", "rob_domains")}),
)


class AssessmentInline(ReadOnlyInline):
    """The assessments of an item that the person asking may read."""

    model = Assessment
    fields = ("who", "stance", "bearing", "study", "effect_text", "rationale", "quoted", "state")
    readonly_fields = ("who", "bearing", "study", "effect_text", "quoted")
    verbose_name_plural = "assessments you may read"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        visible = visible_assessments(request.user)
        return visible.select_related("reviewer").prefetch_related("quotes")

    @admin.display(description="reviewer")
    def who(self, assessment: Assessment) -> str:
        at = assessment.submitted_at
        when = f"{at:%-d %B %Y}" if at else "not submitted"
        actor = assessment.get_actor_display()
        return format_html("{}<br>{}<br>{}", assessment.reviewer.get_username(), actor, when)

    @admin.display(description="bears on the claim")
    def bearing(self, assessment: Assessment) -> str:
        reasons = ", ".join(assessment.directness_reasons).replace("_", " ")
        direct = assessment.get_directness_display() + (f" ({reasons})" if reasons else "")
        scope = assessment.get_scope_display().lower()
        role = assessment.get_finding_role_display()
        return format_html("{}<br>scope {}<br>{}", direct, scope, role)

    @admin.display(description="study")
    def study(self, assessment: Assessment) -> str:
        size = f", n = {assessment.sample_size:,}" if assessment.sample_size else ""
        bias = assessment.get_rob_overall_display().lower()
        design = f"{assessment.get_study_design_display()}{size}"
        return format_html("{}<br>risk of bias: {}<br>{}", design, bias, assessment.rob_reason)

    @admin.display(description="effect")
    def effect_text(self, assessment: Assessment) -> str:
        return effect(assessment)

    @admin.display(description="quotes")
    def quoted(self, assessment: Assessment) -> str:
        return quotes(assessment)


class OwnAssessmentFormSet(BaseInlineFormSet):
    """At most one form, empty or filled with one's present assessment; saving it submits it."""

    def submit(self, item: EvidenceItem, *, by: User, now: datetime) -> None:
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        for form in cast(Any, self.extra_forms):
            if form.has_changed():
                assessment = submit_assessment(
                    item,
                    judgement=form.judgement,
                    rationale=form.cleaned_data["rationale"],
                    quotes=tuple(form.cleaned_data["quotes"]),
                    by=by,
                    now=now,
                )
                self.new_objects.append(assessment)


class OwnAssessmentInline(admin.StackedInline):
    """The reviewer's own judgement, to be given or revised."""

    model = Assessment
    form = AssessmentForm
    formset = OwnAssessmentFormSet
    template = "admin/claims/evidenceitem/own_assessment.html"
    extra = 1
    max_num = 1
    can_delete = False
    verbose_name = "your assessment"
    fieldsets = (*AXES, ("Quotes", {"fields": ("quotes",)}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Assessment.objects.none()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = (
        "item_link",
        "claim",
        "reviewer",
        "stance",
        "study_design",
        "rob_overall",
        "state",
        "submitted_at",
    )
    list_filter = ("state", "stance", "actor", "study_design", "rob_overall", "finding_role")
    list_select_related = ("item__claim", "reviewer")
    search_fields = (
        "rationale",
        "reviewer__username",
        "item__finding",
        "item__claim__key",
        "=item__publication__pmid",
        "=item__trial__registry_id",
    )
    date_hierarchy = "submitted_at"
    fieldsets = (
        (
            None,
            {"fields": ("item_link", "reviewer", "actor", "state", "created_at", "submitted_at")},
        ),
        *AXES,
        ("Quotes", {"fields": ("quoted",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(pk__in=visible_assessments(request.user))

    @admin.display(description="evidence item", ordering="item")
    def item_link(self, assessment: Assessment) -> str:
        return link_to(assessment.item, assessment.item.key)

    @admin.display(description="claim", ordering="item__claim")
    def claim(self, assessment: Assessment) -> str:
        return Truncator(str(assessment.item.claim)).chars(80)

    @admin.display(description="quotes")
    def quoted(self, assessment: Assessment) -> str:
        return quotes(assessment)


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    list_display = ("short_text", "status", "reviewer", "item", "checked_at")
    list_filter = ("status",)
    list_select_related = ("assessment__reviewer", "assessment__item")
    search_fields = (
        "text",
        "assessment__reviewer__username",
        "=assessment__item__publication__pmid",
    )
    date_hierarchy = "checked_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        visible = visible_assessments(request.user)
        return super().get_queryset(request).filter(assessment__in=visible)

    @admin.display(description="quote", ordering="text")
    def short_text(self, quote: Quote) -> str:
        return Truncator(quote.text).chars(100)

    @admin.display(description="reviewer")
    def reviewer(self, quote: Quote) -> str:
        return quote.assessment.reviewer.get_username()

    @admin.display(description="evidence item")
    def item(self, quote: Quote) -> str:
        return link_to(quote.assessment.item, quote.assessment.item.key)


@admin.register(Consensus)
class ConsensusAdmin(ReadOnlyAdmin):
    list_display = (
        "item_link",
        "claim",
        "stance",
        "kind",
        "reviewers",
        "study_design",
        "decided_at",
    )
    list_filter = ("kind", "stance", "study_design", "rob_overall")
    list_select_related = ("item__claim",)
    search_fields = ("item__claim__key", "item__finding", "rationale", "=item__publication__pmid")
    date_hierarchy = "decided_at"
    fieldsets = (
        (
            None,
            {"fields": ("item_link", "kind", "reviewers", "decided_by", "decided_at", "dissent")},
        ),
        *AXES,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(pk__in=visible_consensus(request.user))

    @admin.display(description="evidence item", ordering="item")
    def item_link(self, consensus: Consensus) -> str:
        return link_to(consensus.item, consensus.item.key)

    @admin.display(description="claim", ordering="item__claim")
    def claim(self, consensus: Consensus) -> str:
        return Truncator(str(consensus.item.claim)).chars(80)


def quotes(assessment: Assessment) -> str:
    """Return an assessment's quotes as a list, each with what the check against the source found."""
    found = [(quote.text, quote.get_status_display()) for quote in assessment.quotes.all()]
    if not found:
        return "none"
    items = format_html_join("", "<li>“{}” <em>({})</em></li>", found)
    return format_html('<ul class="desk-quotes">{}</ul>', items)


def effect(assessment: Assessment) -> str:
    """Return "HR 0.9 (95% 0.8 to 1.01), p 0.07: death from any cause", as far as it is known."""
    if not assessment.effect_measure:
        return "-"
    estimate = "" if assessment.effect_estimate is None else f" {assessment.effect_estimate:g}"
    interval = ""
    if assessment.effect_ci_level is not None:
        ends = f"{assessment.effect_ci_low:g} to {assessment.effect_ci_high:g}"
        interval = f" ({assessment.effect_ci_level:g}% {ends})"
    p = f", p {assessment.effect_p}" if assessment.effect_p else ""
    return f"{assessment.effect_measure}{estimate}{interval}{p}: {assessment.effect_outcome}"
