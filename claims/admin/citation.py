"""What the article itself cites, and whether the source says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from claims.actions.citing import resolve_citation
from claims.actions.curation import keep
from claims.actions.errors import Refused
from claims.models import Citation
from sources.admin.desk import DeskAdmin, DeskForm
from sources.admin.lookup import SourceForm, SourceLookupMixin, stored

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CitationForm(DeskForm, SourceForm):
    """A citation whose source may be one that is not stored yet."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("accuracy") and not given.get("note"):
            self.add_error("note", "Say here what the source says, and how the article differs.")
        return cleaned


@admin.register(Citation)
class CitationAdmin(SourceLookupMixin, DeskAdmin):
    form = CitationForm
    refusals = (Refused,)
    list_display = ("raw", "claim_text", "mode", "resolution", "source", "accuracy", "voice")
    list_filter = ("resolution", "accuracy", "mode", "voice", "article")
    list_select_related = ("claim", "publication", "trial")
    search_fields = (
        "raw",
        "note",
        "claim__key",
        "claim__statement",
        "=publication__pmid",
        "trial__acronym",
    )
    autocomplete_fields = ("article", "claim", "publication", "trial")
    date_hierarchy = "created_at"
    actions = ("look_up",)
    fieldsets = (
        (None, {"fields": ("article", "claim", "voice", "raw", "mode")}),
        (
            "The source",
            {
                "fields": ("resolution", "publication", "trial"),
                "description": "Which paper or trial is meant. If several fit, say so and name none.",
            },
        ),
        (
            "Does the source say so?",
            {
                "fields": ("accuracy", "note"),
                "description": "Apart from whether the claim is true: a true claim can be cited "
                "wrongly, and a false one correctly. Readers see the note.",
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Citation, form: Any, change: bool) -> None:
        by, now = cast("User", request.user), timezone.now()
        obj.publication = stored(form.cleaned_data["publication"], by=by, now=now)
        obj.trial = stored(form.cleaned_data["trial"], by=by, now=now)
        keep(obj, by=by, now=now)

    @admin.action(description="Look up the trials that are named", permissions=["change"])
    def look_up(self, request: HttpRequest, chosen: Any) -> None:
        by, now = cast("User", request.user), timezone.now()
        found = Counter(
            resolve_citation(citation, by=by, now=now).value for citation in chosen.order_by("pk")
        )
        told = ", ".join(f"{number} {word}" for word, number in sorted(found.items()))
        self.message_user(request, f"Looked up: {told}.")

    @admin.display(description="claim", ordering="claim")
    def claim_text(self, citation: Citation) -> str:
        return Truncator(str(citation.claim)).chars(80)

    @admin.display(description="source")
    def source(self, citation: Citation) -> str:
        return Truncator(str(citation.publication or citation.trial or "-")).chars(80)
