"""Claims: their words, their evidence, and what is said of them today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from claims.actions.claims import create_claim, edit_claim, put_in_review, withdraw_claim
from claims.actions.errors import Refused
from claims.actions.verdicts import rate_certainty
from claims.admin.certainty import RateCertaintyForm, first_rating, levels_json
from claims.admin.claim_form import OWN_FIELDS, PICO, ClaimForm
from claims.admin.evidence import EvidenceFormSet, EvidenceInline
from claims.admin.fields import PUBLIC_ID
from claims.admin.filters import CurrentVerdictFilter, PartFilter, TopicFilter
from claims.admin.links import change_url, link_to
from claims.admin.splitting import SplittingMixin
from claims.models import Citation, Claim, ClaimAnchor, SearchRecord, Verdict
from claims.ruleset.grade import FRAMEWORK
from claims.ruleset.vocabulary import ClaimState, Framework
from sources.admin.desk import DeskAdmin, ReadOnlyInline
from sources.admin.tools import ReasonForm, Tool, tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PartInline(ReadOnlyInline):
    model = Claim
    fk_name = "parent"
    fields = ("public_id", "statement", "is_core", "is_essential", "verdict", "state")
    readonly_fields = ("public_id", "verdict")
    verbose_name_plural = "parts: the evidence of a compound claim is tied to them"

    def get_queryset(self, request: HttpRequest) -> Any:
        return cast(Any, super().get_queryset(request)).with_verdict()

    @admin.display(description="claim")
    def public_id(self, claim: Claim) -> str:
        return link_to(claim, claim.public_id)

    @admin.display(description="verdict")
    def verdict(self, claim: Any) -> str:
        return in_short(claim.current_verdicts)


class AnchorInline(ReadOnlyInline):
    model = ClaimAnchor
    fields = ("place", "status", "section", "paragraph", "comment", "snapshot")
    readonly_fields = ("place",)
    verbose_name_plural = "where it is made: open a place to detach it"

    def get_queryset(self, request: HttpRequest) -> Any:
        anchors = cast(Any, super().get_queryset(request)).with_snapshot()
        return anchors.defer("snapshot__text", "snapshot__outline")

    @admin.display(description="characters")
    def place(self, anchor: ClaimAnchor) -> str:
        known = f"{anchor.start} to {anchor.end}" if anchor.start is not None else "not known"
        return link_to(anchor, known)


class CitationInline(ReadOnlyInline):
    model = Citation
    fields = ("words", "mode", "resolution", "publication", "trial", "accuracy", "note")
    readonly_fields = ("words",)
    verbose_name_plural = "what the article cites for it"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("publication", "trial")

    @admin.display(description="as the article writes it")
    def words(self, citation: Citation) -> str:
        return link_to(citation, citation.raw)


class SearchInline(ReadOnlyInline):
    model = SearchRecord
    fields = ("database", "query", "run_on", "hits", "included", "recorded_by")
    verbose_name_plural = "searches of the literature"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("recorded_by")


def _is_rated_from_evidence(claim: Claim) -> bool:
    return FRAMEWORK[claim.claim_type] != Framework.NONE and not claim.parts.exists()


@admin.register(Claim)
class ClaimAdmin(SplittingMixin, DeskAdmin):
    form = ClaimForm
    refusals = (Refused,)
    list_display = (
        "public_id",
        "short_statement",
        "claim_type",
        "state",
        "verdict",
        "evidence_count",
        "updated_at",
    )
    list_filter = (
        CurrentVerdictFilter,
        "state",
        "claim_type",
        "voice",
        PartFilter,
        TopicFilter,
        "checkability",
        "modality",
        "article",
    )
    search_fields = ("statement", "key", "note")
    search_help_text = "CLM-12, or words of the statement or key"
    date_hierarchy = "updated_at"
    list_select_related = ("article",)
    autocomplete_fields = ("article", "parent")
    inlines = (EvidenceInline, PartInline, AnchorInline, CitationInline, SearchInline)
    readonly_fields = ("state", "verdict_now")
    fieldsets = (
        (None, {"fields": ("statement", "key", "article", "position", "state", "verdict_now")}),
        ("Kind", {"fields": (("claim_type", "checkability"), ("modality", "voice"), "topics")}),
        (
            "Population, exposure, comparator, outcome",
            {"fields": PICO, "classes": ("collapse",)},
        ),
        (
            "Part of a compound claim",
            {"fields": ("parent", ("is_core", "is_essential")), "classes": ("collapse",)},
        ),
        ("This change", {"fields": ("note", "why", "opened_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        claims = cast(Any, super().get_queryset(request)).with_verdict()
        return cast(
            "QuerySet[Any]",
            claims.annotate(
                evidence_count=Count("evidence", distinct=True),
                is_compound=Exists(Claim.objects.filter(parent=OuterRef("pk"))),
            ),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        numbered = PUBLIC_ID.match(search_term)
        if numbered:
            return queryset.filter(pk=int(numbered[1])), False
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "key", "article") if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new claim goes to the end of its article, as a draft without a verdict."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        return [
            (None, {"fields": ("statement", "key", "article")}),
            *fieldsets[1:-1],
            ("Note", {"fields": ("note",)}),
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else (EvidenceInline,)

    def save_model(self, request: HttpRequest, obj: Claim, form: Any, change: bool) -> None:
        by, now = cast("User", request.user), timezone.now()
        if not change:
            values = {k: v for k, v in form.cleaned_data.items() if k not in OWN_FIELDS}
            obj.pk = create_claim(**values, by=by, now=now).pk
            obj.refresh_from_db()
        elif form.changes:
            # The form has written on its own instance already; the action compares with what is stored.
            stored = Claim.objects.get(pk=obj.pk)
            edit_claim(stored, changes=form.changes, by=by, now=now, why=form.cleaned_data["why"])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if isinstance(formset, EvidenceFormSet):
            claim = Claim.objects.get(pk=form.instance.pk)
            formset.tie(claim, by=cast("User", request.user), now=timezone.now())
        else:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []

    @tool(
        "Rate certainty",
        form=RateCertaintyForm,
        permission="rate",
        shown=_is_rated_from_evidence,
        refusals=(Refused,),
        template="admin/claims/claim/rate_certainty.html",
    )
    def rate_certainty(self, request: HttpRequest, claim: Claim, given: dict[str, Any]) -> str:
        """How sure the body of evidence makes us: a start level, lowered or raised step by step."""
        by, now = cast("User", request.user), timezone.now()
        verdict = rate_certainty(claim, **given, by=by, now=now)
        return f"Certainty is {verdict.get_certainty_display().lower()}; the verdict is: {verdict.label}."

    @tool(
        "Put in review",
        shown=lambda claim: claim.state in {ClaimState.DRAFT, ClaimState.WITHDRAWN},
        refusals=(Refused,),
    )
    def put_in_review(self, request: HttpRequest, claim: Claim, given: dict[str, Any]) -> str:
        """Readers see it from now on, as a claim that is being reviewed."""
        put_in_review(claim, by=cast("User", request.user), now=timezone.now())
        return f"{claim.public_id} is in review, and readers see it."

    @tool(
        "Withdraw",
        form=ReasonForm,
        shown=lambda claim: claim.state != ClaimState.WITHDRAWN,
        refusals=(Refused,),
    )
    def withdraw(self, request: HttpRequest, claim: Claim, given: dict[str, Any]) -> str:
        """Readers no longer see a withdrawn claim. Its evidence, verdicts and history are kept."""
        withdraw_claim(claim, by=cast("User", request.user), now=timezone.now(), why=given["why"])
        return f"{claim.public_id} is withdrawn."

    def has_rate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.add_verdict")

    def tool_initial(self, tool: Tool, record: Any) -> dict[str, Any]:
        return first_rating(record) if tool.form is RateCertaintyForm else {}

    def tool_context(self, tool: Tool, record: Any) -> dict[str, Any]:
        context = super().tool_context(tool, record)
        return {**context, "levels": levels_json()} if tool.form is RateCertaintyForm else context

    @admin.display(description="claim", ordering="pk")
    def public_id(self, claim: Claim) -> str:
        return claim.public_id

    @admin.display(description="statement", ordering="statement")
    def short_statement(self, claim: Claim) -> str:
        return Truncator(claim.statement).chars(110)

    @admin.display(description="verdict")
    def verdict(self, claim: Any) -> str:
        return in_short(claim.current_verdicts)

    @admin.display(description="evidence", ordering="evidence_count")
    def evidence_count(self, claim: Any) -> int:
        return int(claim.evidence_count)

    @admin.display(description="verdict")
    def verdict_now(self, claim: Any) -> str:
        if not claim.pk or not claim.current_verdicts:
            return "none yet"
        [current] = claim.current_verdicts
        link = format_html('<a href="{}">{}: see why</a>', change_url(current), current.public_id)
        waiting = Verdict.objects.proposed().filter(claim=claim).exclude(pk=current.pk).first()
        if waiting is None:
            return format_html("{} · {}", in_short([current]), link)
        return format_html(
            "{} · {}<br>A newer proposal waits for an editor: {} · {}",
            in_short([current]),
            link,
            in_short([waiting]),
            link_to(waiting, f"{waiting.public_id}: see why"),
        )


def in_short(verdicts: list[Verdict]) -> str:
    """Return "Partly supported · low certainty · provisional", with "stale" where it is."""
    if not verdicts:
        return "-"
    [verdict] = verdicts
    certainty = verdict.get_certainty_display().lower()
    words = [
        verdict.label,
        certainty if certainty == "not rated" else f"{certainty} certainty",
        verdict.get_review_status_display(),
        "approved" if verdict.approved_by_id else "not approved",
        "stale" if verdict.stale_since else "",
    ]
    return " · ".join(filter(None, words))
