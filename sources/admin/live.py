"""Records that change while workers work: the part of their page that is asked for again and again."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from sources.admin.desk import ReadOnlyAdmin


class LiveAdmin(ReadOnlyAdmin):
    """Subclasses name `progress_template` and give what it shows, with `is_finished`."""

    change_form_template = "admin/desk/live.html"
    progress_template: str

    def progress(self, record: Any) -> dict[str, Any]:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        live = self.admin_site.admin_view(self.progress_view)
        return [path("<path:object_id>/progress/", live, name=self._name), *super().get_urls()]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_progress"

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the part of the page that changes, alone."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(f"No such {self.opts.verbose_name}")
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return TemplateResponse(request, self.progress_template, self.progress(record))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        context = {
            **(self.progress(record) if record else {}),
            "progress_template": self.progress_template,
            "progress_url": reverse(f"admin:{self._name}", args=[record.pk]) if record else "",
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)
