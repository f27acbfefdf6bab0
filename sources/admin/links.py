"""Which publication reports which trial, and what a review pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from sources.actions.links import include, link_report, unlink
from sources.admin.desk import DeskAdmin, DeskForm
from sources.admin.lookup import SourceForm, SourceLookupMixin, stored
from sources.models import Inclusion, Publication, Report

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class LinkForm(DeskForm, SourceForm):
    """A link whose ends may be typed as numbers that are not stored yet."""


class LinkAdmin(SourceLookupMixin, DeskAdmin):
    """A link is added or taken back, never edited; it says nothing but that it is there."""

    form = LinkForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"sources.delete_{self.opts.model_name}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        unlink(obj, by=cast("User", request.user), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for link in queryset:
            self.delete_model(request, link)

    def adopt(self, obj: Any, saved: Any) -> None:
        """Let the form's object be the row that the action stored."""
        obj.pk = saved.pk
        obj.refresh_from_db()


@admin.register(Report)
class ReportAdmin(LinkAdmin):
    list_display = ("publication", "trial", "role", "origin")
    list_filter = ("role", "origin")
    list_select_related = ("publication", "trial")
    search_fields = (
        "=publication__pmid",
        "publication__title",
        "trial__registry_id",
        "trial__acronym",
    )
    autocomplete_fields = ("publication", "trial")
    fields = ("publication", "trial", "role")

    def heading(self, record: Any) -> str:
        return f"{record.publication.short_citation} reports {record.trial}"

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        by, now = cast("User", request.user), timezone.now()
        chosen = form.cleaned_data
        publication = stored(chosen["publication"], by=by, now=now)
        trial = stored(chosen["trial"], by=by, now=now)
        self.adopt(obj, link_report(publication, trial, role=chosen["role"], by=by, now=now))


@admin.register(Inclusion)
class InclusionAdmin(LinkAdmin):
    list_display = ("review", "publication", "trial")
    list_select_related = ("review", "publication", "trial")
    search_fields = ("=review__pmid", "review__title", "=publication__pmid", "trial__registry_id")
    autocomplete_fields = ("review", "publication", "trial")

    def heading(self, record: Any) -> str:
        pooled = record.trial or record.publication.short_citation
        return f"{record.review.short_citation} pooled {pooled}"

    def save_model(self, request: HttpRequest, obj: Inclusion, form: Any, change: bool) -> None:
        by, now = cast("User", request.user), timezone.now()
        chosen = {
            name: stored(form.cleaned_data[name], by=by, now=now)
            for name in ("review", "publication", "trial")
        }
        review = cast(Publication, chosen.pop("review"))
        self.adopt(obj, include(review, **chosen, by=by, now=now))
