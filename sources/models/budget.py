"""How often each service may be asked, by all processes and hosts that share this database."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sources.models.fetch import Service


class RateBudgetQuerySet(models.QuerySet["RateBudget"]):
    def paused(self) -> RateBudgetQuerySet:
        """Budgets that let nothing leave now, by the database's clock."""
        return self.filter(paused_until__gt=Now())


class RateBudget(models.Model):
    """One row a service: when its next request may leave."""

    service = models.CharField(max_length=15, choices=Service, unique=True)
    per_second = models.FloatField(
        null=True,
        blank=True,
        help_text="Requests a second, while running. Empty: what the settings say.",
    )
    told_per_second = models.FloatField(
        "allowed by the service",
        null=True,
        blank=True,
        help_text="Requests a second, as the service's last answer said. The lower of the two holds.",
    )
    told_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_reason = models.TextField(blank=True)

    objects = RateBudgetQuerySet.as_manager()

    class Meta:
        ordering = ["service"]
        constraints = [
            models.CheckConstraint(
                name="rate_budget_is_positive",
                condition=Q(per_second=None) | Q(per_second__gt=0, per_second__lte=1000),
            ),
            models.CheckConstraint(
                name="rate_budget_told_is_positive_and_dated",
                condition=Q(told_per_second=None, told_at=None)
                | Q(told_per_second__isnull=False, told_per_second__gt=0, told_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rate_budget_pause_says_why",
                condition=Q(paused_until=None) | ~Q(paused_reason=""),
            ),
        ]

    def __str__(self) -> str:
        rate = "as in the settings" if self.per_second is None else f"{self.per_second:g} a second"
        return f"{self.get_service_display()}: {rate}"
