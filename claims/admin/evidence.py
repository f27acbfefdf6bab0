"""Evidence items: tied to claims here, and assessed by reviewers blind to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from claims.actions.errors import Refused
from claims.actions.evidence import add_evidence
from claims.admin.assessment import AssessmentInline, OwnAssessmentFormSet, OwnAssessmentInline
from claims.admin.assessment_form import first_values
from claims.admin.blind import HIDDEN, is_unblinded, with_visibility
from claims.admin.filters import ConsensusFilter, MineFilter
from claims.admin.links import change_url, link_to
from claims.models import Claim, EvidenceItem
from sources.admin.desk import DeskAdmin, DeskForm
from sources.admin.lookup import SourceForm, SourceLookupMixin, stored
from sources.admin.publication_facts import abstract

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

SOURCE_FIELDS = ("publication", "trial")


def tie(form: Any, claim: Claim, *, by: User, now: datetime) -> EvidenceItem:
    """Store the finding that the form names, and its source if that was not stored yet."""
    chosen = form.cleaned_data
    return add_evidence(
        claim,
        publication=stored(chosen["publication"], by=by, now=now),
        trial=stored(chosen["trial"], by=by, now=now),
        finding=chosen["finding"],
        origin=chosen["origin"],
        by=by,
        now=now,
    )


class EvidenceFormSet(BaseInlineFormSet):
    """New findings for a claim; those that are there are shown and not edited."""

    def tie(self, claim: Claim, *, by: User, now: datetime) -> None:
        self.changed_objects, self.deleted_objects = [], []
        self.new_objects = [
            tie(form, claim, by=by, now=now) for form in self.extra_forms if form.has_changed()
        ]


class EvidenceInline(SourceLookupMixin, admin.TabularInline):
    """A claim's evidence, each item one click from its assessments."""

    model = EvidenceItem
    form = SourceForm
    formset = EvidenceFormSet
    autocomplete_fields = SOURCE_FIELDS
    fields = ("assess", *SOURCE_FIELDS, "finding", "origin", "mine", "counts_as")
    readonly_fields = ("mine", "counts_as", "assess")
    extra = 0
    can_delete = False
    template = "admin/claims/claim/evidence.html"
    verbose_name_plural = "evidence"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        items = super().get_queryset(request).select_related("publication", "trial", "consensus")
        return with_visibility(items, request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="your assessment")
    def mine(self, item: Any) -> str:
        return ("submitted" if item.is_mine else "not yet") if item.pk else "-"

    @admin.display(description="counts as")
    def counts_as(self, item: Any) -> str:
        return counts_as(item) if item.pk else "-"

    @admin.display(description="item")
    def assess(self, item: EvidenceItem) -> str:
        if not item.pk:
            return "new"
        return format_html('<a href="{}">Assess {}</a>', change_url(item), item.key)


@admin.register(EvidenceItem)
class EvidenceItemAdmin(SourceLookupMixin, DeskAdmin):
    refusals = (Refused,)
    list_display = (
        "key",
        "claim_text",
        "source",
        "finding",
        "origin",
        "mine",
        "counts_as",
        "added_at",
    )
    list_display_links = ("key",)
    list_filter = (ConsensusFilter, MineFilter, "origin", "consensus__stance", "claim__claim_type")
    list_select_related = ("claim", "publication", "trial", "consensus")
    search_fields = (
        "finding",
        "claim__key",
        "claim__statement",
        "=publication__pmid",
        "publication__title",
        "=trial__registry_id",
        "trial__acronym",
    )
    search_help_text = "Words of the finding, the claim or the source; a PMID or a registry number"
    date_hierarchy = "added_at"
    autocomplete_fields = ("claim", *SOURCE_FIELDS)
    inlines = (OwnAssessmentInline, AssessmentInline)
    new_fields = ("claim", *SOURCE_FIELDS, "finding", "origin")
    fieldsets = (
        (
            None,
            {"fields": ("claim_link", "source_link", "finding", "origin", "added_by", "added_at")},
        ),
        ("The source's own words", {"fields": ("abstract",)}),
        ("What it counts as", {"fields": ("counts_as",)}),
    )

    def heading(self, record: EvidenceItem) -> str:
        return f"{record.key} on {record.claim.public_id}: {record.finding}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_visibility(super().get_queryset(request), request.user)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """What others made of items is no filter for those who are to judge them blind."""
        filters = super().get_list_filter(request)
        return (
            filters
            if is_unblinded(request.user)
            else [f for f in filters if f != "consensus__stance"]
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            super().get_fieldsets(request, obj) if obj else ((None, {"fields": self.new_fields}),)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = [name for _, options in self.fieldsets for name in options["fields"]]
        return shown if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewEvidenceForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The item itself is not edited; whoever may assess may save this page."""
        return request.user.has_perm("claims.add_assessment")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        if context["original"] is not None:
            context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, OwnAssessmentInline):
            mine = obj.assessments.current().filter(reviewer=request.user)
            kwargs["initial"] = [first_values(obj, mine.prefetch_related("quotes").first())]
        return kwargs

    def save_model(self, request: HttpRequest, obj: EvidenceItem, form: Any, change: bool) -> None:
        if change:
            return
        by, now = cast("User", request.user), timezone.now()
        obj.pk = tie(form, form.cleaned_data["claim"], by=by, now=now).pk
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if isinstance(formset, OwnAssessmentFormSet):
            item = EvidenceItem.objects.get(pk=form.instance.pk)
            formset.submit(item, by=cast("User", request.user), now=timezone.now())
        else:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []

    @admin.display(description="item", ordering="pk")
    def key(self, item: EvidenceItem) -> str:
        return item.key

    @admin.display(description="claim", ordering="claim")
    def claim_text(self, item: EvidenceItem) -> str:
        return Truncator(str(item.claim)).chars(80)

    @admin.display(description="source")
    def source(self, item: EvidenceItem) -> str:
        return Truncator(str(item.source)).chars(80)

    @admin.display(description="your assessment", boolean=True)
    def mine(self, item: Any) -> bool:
        return bool(item.is_mine)

    @admin.display(description="counts as")
    def counts_as(self, item: Any) -> str:
        return counts_as(item)

    @admin.display(description="claim")
    def claim_link(self, item: EvidenceItem) -> str:
        return link_to(item.claim)

    @admin.display(description="source")
    def source_link(self, item: EvidenceItem) -> str:
        return link_to(item.source)

    @admin.display(description="abstract")
    def abstract(self, item: EvidenceItem) -> str:
        return (
            abstract(item.publication) if item.publication else "A registry record has no abstract."
        )


class NewEvidenceForm(DeskForm, SourceForm):
    """Ties a finding to a claim."""


def counts_as(item: Any) -> str:
    """Return what the reviewers settled on, unless the person asking is still to judge it blind."""
    consensus = getattr(item, "consensus", None)
    if consensus is None:
        return "no consensus yet"
    if not item.is_open:
        return HIDDEN
    kind = consensus.get_kind_display().lower()
    return f"{consensus.get_stance_display()}, {consensus.get_study_design_display()} ({kind})"
