"""What the services sent, byte for byte."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html

from sources.admin.desk import ReadOnlyAdmin
from sources.models import Payload

SHOWN: Final = 50_000


@admin.register(Payload)
class PayloadAdmin(ReadOnlyAdmin):
    list_display = ("identifier", "service", "size_text", "fetched_at", "sha256")
    list_filter = ("service",)
    search_fields = ("identifier", "sha256")
    date_hierarchy = "fetched_at"
    fields = ("service", "identifier", "fetched_at", "size_text", "sha256", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("compressed")

    @admin.display(description="size", ordering="size")
    def size_text(self, payload: Payload) -> str:
        return filesizeformat(payload.size)

    @admin.display(description="as it was sent")
    def text(self, payload: Payload) -> str:
        sent = payload.content.decode("utf-8", "replace")
        cut = f"\n… {len(sent) - SHOWN:,} more characters" if len(sent) > SHOWN else ""
        return format_html('<pre class="payload" tabindex="0">{}{}</pre>', sent[:SHOWN], cut)
