"""How often each service may be asked, and the pauses that a service has imposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from sources.actions import budget as budgets
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import tool
from sources.models import RateBudget, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class RateForm(forms.Form):
    """Asks for a rate; an empty one is that of the settings."""

    per_second = forms.FloatField(
        label="Requests a second",
        required=False,
        min_value=0.001,
        max_value=1000,
        help_text="Empty: what the settings say.",
    )


@admin.register(RateBudget)
class RateBudgetAdmin(ReadOnlyAdmin):
    list_display = (
        "service",
        "wanted",
        "told_per_second",
        "paused_until",
        "paused_reason",
        "next_at",
    )
    search_fields = ("service", "paused_reason")
    list_filter = (("paused_until", admin.EmptyFieldListFilter),)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        budgets.complete_budgets(now=timezone.now())
        return super().changelist_view(request, extra_context)

    @admin.display(description="requests a second", ordering="per_second")
    def wanted(self, budget: RateBudget) -> str:
        if budget.per_second is not None:
            return f"{budget.per_second:g}"
        return f"{budgets.per_second(Service(budget.service)):g}, by default"

    @tool("Change the rate", form=RateForm, permission="resume")
    def change_rate(self, request: HttpRequest, budget: RateBudget, given: dict[str, Any]) -> str:
        """It holds for all workers and hosts from their next turn on. What the service itself allows
        is the limit, whatever is set here."""
        by, now = cast("User", request.user), timezone.now()
        budgets.set_rate(Service(budget.service), per_second=given["per_second"], by=by, now=now)
        return "The rate is changed."

    @tool(
        "Lift the pause", permission="resume", shown=lambda budget: budget.paused_until is not None
    )
    def lift_pause(self, request: HttpRequest, budget: RateBudget, given: dict[str, Any]) -> str:
        """Do this only when you know why the service shut us out and that it no longer does."""
        budgets.resume(Service(budget.service))
        return f"{budget.get_service_display()} is asked again."

    def has_resume_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_ratebudget")
