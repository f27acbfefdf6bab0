"""What every page of the reviewers' desk has in common.

Nothing is deleted, whatever an action or the database refuses becomes an error of the form, and the
history shown is the one that the database keeps.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from sources.admin import history
from sources.admin.refusals import REFUSALS, explain
from sources.admin.tools import ToolsAdmin

EVENTS_A_PAGE: Final = 50


class DeskForm(ModelForm):
    """A form that can be shown again with what an action or the database refused."""

    refusal = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            raise forms.ValidationError(self.refusal)
        return cleaned


class DeskAdmin(ToolsAdmin):
    """A model's pages on the desk. Subclasses write through actions, in `save_model`."""

    form = DeskForm
    change_form_template = "admin/desk/change_form.html"
    list_per_page = 50
    save_on_top = False
    #: Named errors of the actions that the subclass calls, besides what the database raises.
    refusals: tuple[type[Exception], ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")  # type: ignore[attr-defined]  # made anew a request
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a refused form again, filled in as it was, with the refusal on top."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self._refusals() as error:
            if request.method != "POST" or hasattr(request, "refusal"):
                raise
            request.refusal = explain(error)  # type: ignore[attr-defined]  # for get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _refusals(self) -> tuple[type[Exception], ...]:
        return (*REFUSALS, *self.refusals)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context["original"]
        context["tools"] = self.tools_for(request, record) if record else []
        context["subtitle"] = self.heading(record) if record else None
        return super().render_change_form(request, context, *args, **kwargs)

    def heading(self, record: Any) -> str:
        """Return what stands over the record's page."""
        return str(record)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        events = history.events_of(record) if record else None
        if record is None or events is None:
            return super().history_view(request, object_id, extra_context)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = self.get_paginator(request, events, EVENTS_A_PAGE).get_page(request.GET.get("p"))
        shown = list(page)
        earlier = events.filter(pgh_id__lt=shown[-1].pgh_id).first() if shown else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {record}",
            "changes": history.changes(shown, earlier),
            "page": page,
            "object": record,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/history.html", context)


class ReadOnlyAdmin(DeskAdmin):
    """A model that is shown and never edited here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows that are shown on another record's page and never edited there."""

    template = "admin/desk/read_only_inline.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventAdmin(ReadOnlyAdmin):
    """The history of one model: rows that PostgreSQL itself writes and refuses to change."""

    list_display = ("pgh_created_at", "what", "record", "who", "why")
    list_display_links = ("pgh_created_at",)
    list_filter = ("pgh_label",)
    date_hierarchy = "pgh_created_at"
    search_fields = ("=pgh_obj__pk",)
    search_help_text = "Number of the record"
    ordering = ("-pgh_id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see a record may see its history."""
        tracked = history.tracked_by(self.model)
        return tracked is not None and request.user.has_perm(
            f"{tracked._meta.app_label}.view_{tracked._meta.model_name}"
        )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return history.with_author(super().get_queryset(request))

    @admin.display(description="what", ordering="pgh_label")
    def what(self, event: Any) -> str:
        return history.LABELS.get(event.pgh_label, str(event.pgh_label))

    @admin.display(description="record")
    def record(self, event: Any) -> str:
        tracked = event.pgh_tracked_model._meta
        url = reverse(
            f"admin:{tracked.app_label}_{tracked.model_name}_change", args=[event.pgh_obj_id]
        )
        return format_html('<a href="{}">{} {}</a>', url, tracked.verbose_name, event.pgh_obj_id)

    @admin.display(description="who")
    def who(self, event: Any) -> Any:
        return event.who

    @admin.display(description="why")
    def why(self, event: Any) -> Any:
        return event.why
