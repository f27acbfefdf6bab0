"""Buttons on a record's page: each asks for what it needs and calls one action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from sources.admin.refusals import REFUSALS, explain


class ReasonForm(forms.Form):
    """Asks for the reason that goes into the history."""

    why = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Kept in the history, with your name.",
    )


@dataclass(frozen=True, slots=True)
class Tool:
    """One button, made by the decorator `tool`."""

    name: str
    label: str
    explanation: str
    run: Callable[..., str]
    form: type[forms.Form]
    permission: str
    shown: Callable[[Any], bool]
    refusals: tuple[type[Exception], ...]
    template: str

    @property
    def asks(self) -> bool:
        """Whether it has a page of its own; one without fields acts when it is pressed."""
        return bool(self.form.base_fields)


def tool(
    label: str,
    *,
    form: type[forms.Form] = forms.Form,
    permission: str = "change",
    shown: Callable[[Any], bool] = lambda record: True,
    refusals: tuple[type[Exception], ...] = (),
    template: str = "admin/desk/tool.html",
) -> Callable[[Callable[..., str]], Tool]:
    """Make a method of a `ToolsAdmin` a button: `(self, request, record, given) -> what to tell`.

    The method's docstring is shown above the form. Refusals raised by it become the form's errors.
    """

    def decorate(method: Callable[..., str]) -> Tool:
        return Tool(
            name=method.__name__.replace("_", "-"),
            label=label,
            explanation=(method.__doc__ or "").strip(),
            run=method,
            form=form,
            permission=permission,
            shown=shown,
            refusals=(*REFUSALS, *refusals),
            template=template,
        )

    return decorate


class ToolsAdmin(admin.ModelAdmin):
    """A model's pages with buttons for what may be done to one record."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<path:object_id>/{each.name}/",
                self.admin_site.admin_view(partial(self.tool_view, tool=each)),
                name=self.tool_url_name(each),
            )
            for each in self._tools()
        ] + super().get_urls()

    def tool_url_name(self, tool: Tool) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{tool.name}"

    def tools_for(self, request: HttpRequest, record: models.Model) -> list[dict[str, Any]]:
        """Return label, URL and whether it asks, for each button this person may press here."""
        return [
            {
                "label": each.label,
                "asks": each.asks,
                "url": reverse(f"admin:{self.tool_url_name(each)}", args=[record.pk]),
            }
            for each in self._tools()
            if self._may_use(request, record, each)
        ]

    def tool_view(self, request: HttpRequest, object_id: str, tool: Tool) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        if not self._may_use(request, record, tool):
            raise PermissionDenied
        form = self.tool_form(request, record, tool)
        if form.is_valid():
            told = self._run(request, record, tool, form)
            if told is not None:
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(self.change_url(record))
        return self._tool_page(request, record, tool, form)

    def tool_form(self, request: HttpRequest, record: models.Model, tool: Tool) -> forms.Form:
        """Return the tool's form, with what was sent."""
        is_sent = request.method == "POST"
        return tool.form(
            request.POST if is_sent else None,
            request.FILES if is_sent else None,
            initial=self.tool_initial(tool, record),
        )

    def tool_initial(self, tool: Tool, record: models.Model) -> dict[str, Any]:
        """Return what the tool's form starts with."""
        return {}

    def tool_context(self, tool: Tool, record: models.Model) -> dict[str, Any]:
        """Return what the tool's page shows besides its form."""
        return {}

    def change_url(self, record: models.Model) -> str:
        name = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
        return reverse(name, args=[record.pk])

    def _run(
        self, request: HttpRequest, record: models.Model, tool: Tool, form: forms.Form
    ) -> str | None:
        """Return what to tell, or None when it was refused and the form says why."""
        try:
            with transaction.atomic():
                told = tool.run(self, request, record, form.cleaned_data)
                self.log_change(request, record, tool.label)
        except tool.refusals as error:
            form.add_error(None, explain(error))
            return None
        return told

    def _tool_page(
        self, request: HttpRequest, record: models.Model, tool: Tool, form: forms.Form
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": tool.label,
            "subtitle": str(record),
            "tool": tool,
            "form": form,
            "record": record,
            "record_url": self.change_url(record),
            "opts": self.opts,
            "media": self.media + form.media,
            **self.tool_context(tool, record),
        }
        return TemplateResponse(request, tool.template, context)

    def _may_use(self, request: HttpRequest, record: models.Model, tool: Tool) -> bool:
        allowed = getattr(self, f"has_{tool.permission}_permission")
        return bool(allowed(request, record) and tool.shown(record))

    def _tools(self) -> Iterator[Tool]:
        # dir() would sort them by name; they are shown in the order they are written.
        for cls in reversed(type(self).__mro__):
            yield from (value for value in vars(cls).values() if isinstance(value, Tool))
