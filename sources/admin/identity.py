"""Identity conflicts: both sides next to each other, and one page on which a reviewer settles them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from sources.actions.conflicts import (
    AlreadyResolved,
    CannotResolve,
    Resolved,
    resolve_conflict,
)
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import ReasonForm, Tool, tool
from sources.models import IdentityConflict, Publication, Trial

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = IdentityConflict.Kind
Resolution = IdentityConflict.Resolution
ONE: Final = (
    "They are one record: keep {kept}. What is tied to {dropped} (evidence, citations, links) moves to it, "
    "with the numbers that it lacks; {dropped} stays readable and does not count any more."
)
#: What each resolution does, in words for the person who chooses it.
CONSEQUENCES: Final[dict[tuple[str, str], str]] = {
    (
        Kind.OTHER_TITLE,
        Resolution.TAKE_THEIRS,
    ): "It is the paper that was meant. It counts as evidence, "
    "and this title is not asked about again.",
    (Kind.OTHER_TITLE, Resolution.DIFFERENT): "It is another paper; the number is wrong. It stays "
    "readable and does not count: tie the right paper to the claim instead.",
    **{
        (kind, resolution): text
        for kind in (Kind.OTHER_DOI, Kind.OTHER_PMCID)
        for resolution, text in (
            (
                Resolution.KEEP_OURS,
                "Keep {ours}. What PubMed says is ignored as long as it says the same.",
            ),
            (Resolution.TAKE_THEIRS, "Take {theirs} in place of {ours}."),
            (
                Resolution.DIFFERENT,
                "They are different papers: the record under {subject} is not the one that was meant. "
                "It stays readable and does not count.",
            ),
        )
    },
    **{
        (kind, resolution): text
        for kind in (Kind.DOI_OF_TWO, Kind.PMCID_OF_TWO)
        for resolution, text in (
            (Resolution.KEEP_OURS, "{ours} stays with {other}; {subject} goes on without it."),
            (Resolution.TAKE_THEIRS, "{ours} belongs to {subject}; {other} loses it."),
            (
                Resolution.DIFFERENT,
                "They are different papers that share {ours}: {other} keeps it, both count.",
            ),
        )
    },
    (Kind.REGISTRY_ID, Resolution.DIFFERENT): "They are different trials: both stay, both count.",
}


class ResolutionForm(ReasonForm):
    """Which side is right, and why."""

    resolution = forms.ChoiceField(label="What is right", widget=forms.RadioSelect)
    field_order = ("resolution", "why")


@admin.register(IdentityConflict)
class IdentityConflictAdmin(ReadOnlyAdmin):
    list_display = ("subject", "kind", "ours_short", "theirs_short", "found_at", "state", "outcome")
    list_filter = ("state", "kind", "resolution", "found_at")
    search_fields = (
        "=publication__pmid",
        "=other_publication__pmid",
        "=trial__registry_id",
        "ours",
        "theirs",
    )
    search_help_text = "PMID, registry id, or words of either side"
    date_hierarchy = "found_at"
    fieldsets = (
        (None, {"fields": ("kind", "comparison", "found_at", "last_seen_at")}),
        (
            "How it was settled",
            {"fields": ("state", "resolution", "reason", "resolved_by", "resolved_at")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityConflict]:
        return cast(
            "QuerySet[IdentityConflict]",
            IdentityConflict.objects.with_parties().order_by("-found_at", "-pk"),
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see publications may see what is doubted about them."""
        return request.user.has_perm("sources.view_publication")

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_publication")

    def tool_form(self, request: HttpRequest, record: Any, tool: Tool) -> forms.Form:
        form = super().tool_form(request, record, tool)
        cast(forms.ChoiceField, form.fields["resolution"]).choices = [
            (choice.value, consequence(record, choice)) for choice in record.choices
        ]
        return form

    def tool_context(self, tool: Tool, record: Any) -> dict[str, Any]:
        return {"comparison": comparison(record)}

    @tool(
        "Settle it",
        form=ResolutionForm,
        permission="settle",
        shown=lambda conflict: conflict.is_open,
        refusals=(AlreadyResolved, CannotResolve),
        template="admin/sources/identityconflict/settle.html",
    )
    def settle(
        self, request: HttpRequest, conflict: IdentityConflict, given: dict[str, Any]
    ) -> str:
        """Nothing has been merged or written over. What you choose here is done at once, and your reason is kept."""
        done = resolve_conflict(
            conflict,
            resolution=given["resolution"],
            by=cast("User", request.user),
            now=timezone.now(),
            why=given["why"],
        )
        return f"{conflict.subject_text}: settled. {_tell(done)}".strip()

    @admin.display(description="record", ordering="publication__pmid")
    def subject(self, conflict: IdentityConflict) -> str:
        return conflict.subject_text

    @admin.display(description="stored here", ordering="ours")
    def ours_short(self, conflict: IdentityConflict) -> str:
        return Truncator(conflict.ours).chars(60)

    @admin.display(description="the service says", ordering="theirs")
    def theirs_short(self, conflict: IdentityConflict) -> str:
        return Truncator(conflict.theirs).chars(60)

    @admin.display(description="settled as", ordering="resolution")
    def outcome(self, conflict: IdentityConflict) -> str:
        return str(conflict.get_resolution_display()) if conflict.resolution else ""

    @admin.display(description="both sides")
    def comparison(self, conflict: IdentityConflict) -> str:
        return comparison(conflict)


def consequence(conflict: IdentityConflict, choice: IdentityConflict.Resolution) -> str:
    """Return what this resolution would do to these records."""
    subject, other = conflict.subject_text, _name(conflict.other)
    if choice == Resolution.ONE_KEEP_THIS:
        return ONE.format(kept=subject, dropped=other)
    if choice == Resolution.ONE_KEEP_OTHER:
        return ONE.format(kept=other, dropped=subject)
    text = CONSEQUENCES[conflict.kind, choice]
    return text.format(
        subject=subject, other=other, ours=f"“{conflict.ours}”", theirs=f"“{conflict.theirs}”"
    )


def comparison(conflict: IdentityConflict) -> str:
    """Return both sides as a table: the value, where it came from, and the record that has it."""
    first, second = (
        (conflict.other, conflict.subject)
        if conflict.other
        else (conflict.subject, conflict.subject)
    )
    rows = (
        ("Value", conflict.ours, conflict.theirs),
        ("From", conflict.ours_from, conflict.theirs_from),
        ("Record", _link(first), _link(second)),
        ("Title", _title(first, conflict), _title(second)),
        ("First author, year", _citation(first), _citation(second)),
    )
    return format_html(
        '<table class="compare"><thead><tr><th scope="col"></th><th scope="col">Stored here</th>'
        '<th scope="col">The service says</th></tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows),
    )


def _name(record: Publication | Trial | None) -> str:
    return record.identifier_text if isinstance(record, Publication) else str(record)


def _link(record: Publication | Trial) -> str:
    opts = record._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])
    return format_html('<a href="{}">{}</a>', url, _name(record))


def _title(record: Publication | Trial, conflict: IdentityConflict | None = None) -> str:
    if conflict and conflict.other is None and record.expected_title:
        return f"{record.expected_title} (expected)"
    return record.title or record.expected_title or "not fetched yet"


def _citation(record: Publication | Trial) -> str:
    return record.short_citation if isinstance(record, Publication) else record.acronym


def _tell(done: Resolved) -> str:
    told = []
    if done.moved:
        told.append(f"{done.moved} ties moved to the record that is kept.")
    if done.left:
        told.append(
            f"{done.left} stayed where they are, because the record that is kept has the same already."
        )
    return " ".join(told)
