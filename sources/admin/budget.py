"""How often each service may be asked, and the pauses that a service has imposed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sources.actions.budget import resume
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import tool
from sources.models import RateBudget, Service


@admin.register(RateBudget)
class RateBudgetAdmin(ReadOnlyAdmin):
    list_display = ("service", "per_second", "next_at", "paused_until", "paused_reason")
    search_fields = ("service", "paused_reason")
    list_filter = (("paused_until", admin.EmptyFieldListFilter),)

    @tool(
        "Lift the pause", permission="resume", shown=lambda budget: budget.paused_until is not None
    )
    def lift_pause(self, request: HttpRequest, budget: RateBudget, given: dict[str, Any]) -> str:
        """Do this only when you know why the service shut us out and that it no longer does."""
        resume(Service(budget.service))
        return f"{budget.get_service_display()} is asked again."

    def has_resume_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_ratebudget")
