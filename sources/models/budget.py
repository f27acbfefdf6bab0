"""How often each service may be asked, by all processes and hosts that share this database."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sources.models.fetch import Service


class RateBudget(models.Model):
    """One row a service: when its next request may leave."""

    service = models.CharField(max_length=15, choices=Service, unique=True)
    per_second = models.FloatField(help_text="Requests a second; may be changed while running.")
    next_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["service"]
        constraints = [
            models.CheckConstraint(
                name="rate_budget_is_positive", condition=Q(per_second__gt=0, per_second__lte=1000)
            ),
            models.CheckConstraint(
                name="rate_budget_pause_says_why",
                condition=Q(paused_until=None) | ~Q(paused_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.per_second:g} requests a second"
