"""What the article itself cites, and whether the source says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from claims.actions.curation import keep
from claims.actions.errors import Refused
from claims.models import Citation
from sources.admin.desk import DeskAdmin, DeskForm
from sources.admin.lookup import SourceForm, SourceLookupMixin, stored

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CitationForm(DeskForm, SourceForm):
    """A citation whose source may be one that is not stored yet."""


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

    def save_model(self, request: HttpRequest, obj: Citation, form: Any, change: bool) -> None:
        by, now = cast("User", request.user), timezone.now()
        obj.publication = stored(form.cleaned_data["publication"], by=by, now=now)
        obj.trial = stored(form.cleaned_data["trial"], by=by, now=now)
        keep(obj, by=by, now=now)

    @admin.display(description="claim", ordering="claim")
    def claim_text(self, citation: Citation) -> str:
        return Truncator(str(citation.claim)).chars(80)

    @admin.display(description="source")
    def source(self, citation: Citation) -> str:
        return Truncator(str(citation.publication or citation.trial or "-")).chars(80)
