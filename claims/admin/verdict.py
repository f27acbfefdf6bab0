"""Verdicts: read with the whole of their trace, and approved by an editor who did not write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from claims.actions.errors import Refused
from claims.actions.verdicts import approve_verdict
from claims.admin.claim import ClaimAdmin
from claims.admin.filters import ApprovalFilter
from claims.admin.links import link_to
from claims.admin.trace import read_trace
from claims.models import Claim, Verdict
from claims.wording import plain_sentence
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(Verdict)
class VerdictAdmin(ReadOnlyAdmin):
    change_form_template = "admin/claims/verdict/change_form.html"
    list_display = (
        "public_id",
        "claim",
        "label",
        "certainty",
        "rule",
        "review_status",
        "is_current",
        "approved_by",
        "stale_since",
        "created_at",
    )
    list_filter = (
        ApprovalFilter,
        "is_current",
        ("stale_since", admin.EmptyFieldListFilter),
        "verdict",
        "contested_kind",
        "certainty",
        "review_status",
        "rule",
        "basis",
        "ruleset_version",
    )
    list_select_related = ("claim", "approved_by")
    search_fields = ("claim__key", "claim__statement", "summary", "stale_reason")
    date_hierarchy = "created_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "claim_link",
                    "label",
                    "certainty_text",
                    "review_status",
                    "summary",
                    "plain",
                )
            },
        ),
        (
            "Where it stands",
            {
                "fields": (
                    "version",
                    "is_current",
                    "basis",
                    "approved_by",
                    "approved_at",
                    "stale_since",
                    "stale_reason",
                )
            },
        ),
        (
            "How it came about",
            {
                "fields": (
                    "author",
                    "created_at",
                    "ruleset_version",
                    "derived",
                    "override_reason",
                    "certainty_override_reason",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return cast(Any, super().get_queryset(request)).for_list()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        verdict = context["original"]
        context["trace"] = read_trace(verdict)
        context["is_own_work"] = verdict.author_id == request.user.pk
        context["certainty_url"] = self._certainty_url(request, verdict.claim)
        return super().render_change_form(request, context, *args, **kwargs)

    def _certainty_url(self, request: HttpRequest, claim: Claim) -> str:
        """Return where this claim's certainty is rated, or nothing where this person may not."""
        admin_of_claims = cast(ClaimAdmin, self.admin_site.get_model_admin(Claim))
        tools = admin_of_claims.tools_for(request, claim)
        return next((each["url"] for each in tools if each["label"] == "Rate certainty"), "")

    @tool(
        "Approve",
        permission="approve",
        shown=lambda verdict: verdict.approved_by_id is None,
        refusals=(Refused,),
    )
    def approve(self, request: HttpRequest, verdict: Verdict, given: dict[str, Any]) -> str:
        """Readers see an approved verdict without the word “provisional”, and its claim as published."""
        approve_verdict(verdict, by=cast("User", request.user), now=timezone.now())
        return f"{verdict.public_id} is approved: {verdict.label}."

    def has_approve_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An editor may; nobody may approve work of their own."""
        is_own = obj is not None and obj.author_id == request.user.pk
        return request.user.has_perm("claims.change_verdict") and not is_own

    @admin.display(description="verdict", ordering="pk")
    def public_id(self, verdict: Verdict) -> str:
        return verdict.public_id

    @admin.display(description="says", ordering="verdict")
    def label(self, verdict: Verdict) -> str:
        return verdict.label

    @admin.display(description="claim")
    def claim_link(self, verdict: Verdict) -> str:
        return link_to(verdict.claim)

    @admin.display(description="plain sentence")
    def plain(self, verdict: Verdict) -> str:
        return plain_sentence(
            verdict.verdict, verdict.contested_kind, verdict.certainty, verdict.claim.claim_type
        )

    @admin.display(description="certainty")
    def certainty_text(self, verdict: Verdict) -> str:
        if verdict.framework == "none":
            return str(verdict.get_certainty_display())
        source = f", from {verdict.get_certainty_from_display().lower()}"
        return f"{verdict.get_certainty_display()} ({verdict.get_framework_display()}{source})"

    @admin.display(description="what the rules gave")
    def derived(self, verdict: Verdict) -> str:
        kind = (
            verdict.get_derived_contested_kind_display() if verdict.derived_contested_kind else ""
        )
        found = verdict.get_derived_verdict_display()
        return f"{found} ({kind.lower()})" if kind else str(found)
