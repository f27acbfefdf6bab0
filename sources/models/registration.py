"""What became of registrations: numbers merged into another, and what changed since we first looked."""

from __future__ import annotations

from typing import Any, Final

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.trial import Trial

#: The other half of the trials' trigger `not_an_alias`.
NOT_A_TRIALS_OWN: Final = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.registry_id, 8205));
    IF EXISTS (SELECT 1 FROM sources_trial t WHERE t.registry_id = NEW.registry_id) THEN
        RAISE EXCEPTION 'alias_not_a_trials_own: % is a trial of its own here', NEW.registry_id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
"""


class RegistrationAlias(models.Model):
    """A number under which the registry once had a trial, and which now leads to another number."""

    registry_id = models.CharField("registry id", max_length=20, unique=True)
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="number_aliases")
    noticed_at = models.DateTimeField()

    class Meta:
        ordering = ["registry_id"]
        verbose_name = "old registry number"
        triggers = [
            pgtrigger.Trigger(
                name="not_a_trials_own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("registry_id"),
                func=NOT_A_TRIALS_OWN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.registry_id}, now {self.trial.registry_id}"


class RegistrationChangeQuerySet(models.QuerySet["RegistrationChange"]):
    def open(self) -> RegistrationChangeQuerySet:
        """Changes that nobody has acknowledged."""
        return self.filter(acknowledged_at=None)

    def in_order(self) -> RegistrationChangeQuerySet:
        return self.order_by("noticed_at", "pk")


class RegistrationChange(models.Model):
    """One field of a registration that is not what it was: both are kept, nothing is judged anew."""

    class Basis(models.TextChoices):
        REGISTERED = "registered", "what the registry had before"
        CURATED = "curated", "what the curators recorded"

    class Field(models.TextChoices):
        OFFICIAL_TITLE = "official_title", "official title"
        STATUS = "status", "status"
        WHY_STOPPED = "why_stopped", "why it was stopped"
        PHASES = "phases", "phases"
        STUDY_TYPE = "study_type", "type of study"
        ALLOCATION = "allocation", "allocation"
        MASKING = "masking", "masking"
        INTERVENTION_MODEL = "intervention_model", "intervention model"
        PRIMARY_PURPOSE = "primary_purpose", "primary purpose"
        ENROLLMENT = "enrollment", "enrolment"
        ENROLLMENT_TYPE = "enrollment_type", "whether the enrolment is final"
        ARMS = "arms", "arms"
        INTERVENTIONS = "interventions", "interventions"
        CONDITIONS = "conditions", "conditions"
        PRIMARY_OUTCOMES = "primary_outcomes", "primary outcomes"
        SECONDARY_OUTCOMES = "secondary_outcomes", "secondary outcomes"
        START_DATE = "start_date", "start"
        PRIMARY_COMPLETION_DATE = "primary_completion_date", "primary completion"
        COMPLETION_DATE = "completion_date", "completion"
        SPONSOR = "sponsor", "sponsor"
        HAS_RESULTS = "has_results", "results posted"

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="changes")
    field = models.CharField(max_length=24, choices=Field)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.REGISTERED)
    noticed_at = models.DateTimeField()
    update_posted = models.CharField(
        max_length=10, blank=True, help_text="The registry's date of the version that has it."
    )
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = RegistrationChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="registration_change_is_one",
                condition=~Q(before=F("after"))
                & (Q(before__isnull=False) | Q(after__isnull=False)),
            ),
            models.CheckConstraint(
                name="registration_change_acknowledged_whole",
                condition=Q(acknowledged_by=None, acknowledged_at=None, note="")
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False) & ~Q(note=""),
                violation_error_message="Say in a note what the change means for us.",
            ),
            models.CheckConstraint(
                name="registration_change_field_is_known",
                condition=Q(
                    field__in=[
                        "official_title",
                        "status",
                        "why_stopped",
                        "phases",
                        "study_type",
                        "allocation",
                        "masking",
                        "intervention_model",
                        "primary_purpose",
                        "enrollment",
                        "enrollment_type",
                        "arms",
                        "interventions",
                        "conditions",
                        "primary_outcomes",
                        "secondary_outcomes",
                        "start_date",
                        "primary_completion_date",
                        "completion_date",
                        "sponsor",
                        "has_results",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="registration_change_basis_is_known",
                condition=Q(basis__in=["registered", "curated"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["noticed_at"],
                condition=Q(acknowledged_at=None),
                name="registration_change_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} of {self.trial_id}"

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None

    @property
    def before_text(self) -> str:
        return said(self.before)

    @property
    def after_text(self) -> str:
        return said(self.after)


def said(value: Any) -> str:
    """Return a registered value as one line: of outcomes, arms and interventions their names."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_named(each) for each in value) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _named(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    name = str(entry.get("measure") or entry.get("label") or entry.get("name") or "?")
    detail = entry.get("time_frame") or entry.get("description")
    return f"{name} ({detail})" if detail else name


pghistory.track()(RegistrationChange)
