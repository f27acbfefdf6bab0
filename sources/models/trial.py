"""A registered trial, what curators say it tested, and its results as numbers."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from sources.models.fetch import Service
from sources.models.trial_queryset import SERVICES, TrialQuerySet

#: The same as `trial_names.name_key`, with and without a study group's number behind the acronym.
NAME_KEYS: Final = r"""
    NEW.name_keys := ARRAY(
        SELECT DISTINCT regexp_replace(form, '[^a-z0-9]+', '', 'g')
        FROM unnest(array_append(NEW.aliases, NEW.acronym)) AS name,
             LATERAL (VALUES (lower(name)),
                             (regexp_replace(lower(name), '[\s-]*\ytimi[\s-]*[0-9]+$', ''))) AS f(form)
        WHERE form ~ '[a-z0-9]'
        ORDER BY 1
    );
    RETURN NEW;
"""
#: A number is a trial's own or an alias, never both; the lock makes two who write at once wait.
NOT_AN_ALIAS: Final = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.registry_id, 8205));
    IF EXISTS (SELECT 1 FROM sources_registrationalias a WHERE a.registry_id = NEW.registry_id) THEN
        RAISE EXCEPTION 'trial_not_an_alias: % has become part of another trial', NEW.registry_id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
"""


class Trial(models.Model):
    """One registration of a trial."""

    class Registry(models.TextChoices):
        CLINICALTRIALS = "clinicaltrials", "ClinicalTrials.gov"
        ISRCTN = "isrctn", "ISRCTN"
        ACTRN = "actrn", "ANZCTR"
        DRKS = "drks", "DRKS"

    class Identity(models.TextChoices):
        CONFIRMED = "confirmed", "confirmed"
        UNCONFIRMED = "unconfirmed", "not confirmed yet"
        MISMATCH = "mismatch", "the record is another trial than expected"
        IN_CONFLICT = "in_conflict", "in conflict: its number belongs to two trials here"
        DUPLICATE = "duplicate", "the same registration as another"

    registry = models.CharField(max_length=15, choices=Registry, default=Registry.CLINICALTRIALS)
    registry_id = models.CharField("registry id", max_length=20, unique=True)
    secondary_ids = ArrayField(models.TextField(), default=list, blank=True)
    acronym = models.TextField(blank=True)
    aliases = ArrayField(
        models.TextField(), default=list, blank=True, help_text="Other spellings, as articles have."
    )
    title = models.TextField(blank=True)
    official_title = models.TextField(blank=True)
    status = models.TextField(blank=True)
    last_known_status = models.TextField(
        blank=True, help_text="The registry's last word, where the status is unknown by now."
    )
    why_stopped = models.TextField(blank=True)
    phases = ArrayField(models.TextField(), null=True, blank=True)
    study_type = models.TextField(blank=True)
    allocation = models.TextField(blank=True)
    masking = models.TextField(blank=True)
    intervention_model = models.TextField(blank=True)
    primary_purpose = models.TextField(blank=True)
    enrollment = models.PositiveIntegerField(null=True, blank=True)
    enrollment_type = models.TextField(blank=True)
    arms = models.JSONField(default=list, blank=True)
    interventions = models.JSONField(default=list, blank=True)
    conditions = ArrayField(models.TextField(), default=list, blank=True)
    primary_outcomes = models.JSONField(default=list, blank=True)
    secondary_outcomes = models.JSONField(default=list, blank=True)
    start_date = models.CharField(max_length=10, blank=True, help_text="As precise as registered.")
    start_date_type = models.TextField(blank=True)
    primary_completion_date = models.CharField(max_length=10, blank=True)
    primary_completion_date_type = models.TextField(blank=True)
    completion_date = models.CharField(max_length=10, blank=True)
    completion_date_type = models.TextField(blank=True)
    first_posted = models.CharField(max_length=10, blank=True)
    results_first_posted = models.CharField(max_length=10, blank=True)
    last_update_posted = models.CharField(max_length=10, blank=True)
    sponsor = models.TextField(blank=True)
    collaborators = ArrayField(models.TextField(), default=list, blank=True)
    references = models.JSONField(default=list, blank=True)
    has_results = models.BooleanField(null=True, blank=True)
    posted_results = models.JSONField(
        default=list, blank=True, help_text="Of the primary outcomes, as posted in the registry."
    )
    unread = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Values of the record that could not be read.",
    )
    name_keys = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        editable=False,
        help_text="Kept by the database: acronym and aliases as `trial_names.name_key` writes them.",
    )

    identity = models.CharField(max_length=12, choices=Identity, default=Identity.UNCONFIRMED)
    expected_title = models.TextField(blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    parser_version = models.CharField(max_length=10, blank=True)
    payload_sha256 = models.CharField(
        max_length=64, blank=True, help_text="The answer that it was read from."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["registry_id"]
        indexes = [GinIndex(fields=["name_keys"], name="trial_name_keys")]
        triggers = [
            pgtrigger.Trigger(
                name="name_keys",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("acronym", "aliases", "name_keys"),
                func=NAME_KEYS,
            ),
            pgtrigger.Trigger(
                name="not_an_alias",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("registry_id"),
                func=NOT_AN_ALIAS,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="trial_registry_id_fits_its_registry",
                condition=Q(registry="clinicaltrials", registry_id__regex=r"^NCT[0-9]{8}$")
                | Q(registry="isrctn", registry_id__regex=r"^ISRCTN[0-9]{8}$")
                | Q(registry="actrn", registry_id__regex=r"^ACTRN[0-9]{14}$")
                | Q(registry="drks", registry_id__regex=r"^DRKS[0-9]{8}$"),
                violation_error_message="The registry id does not look like one of its registry.",
            ),
            models.CheckConstraint(
                name="trial_identity_is_known",
                condition=Q(
                    identity__in=[
                        "confirmed",
                        "unconfirmed",
                        "mismatch",
                        "in_conflict",
                        "duplicate",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acronym} ({self.registry_id})" if self.acronym else self.registry_id

    def get_absolute_url(self) -> str:
        return reverse("trial", args=[self.registry_id])

    @property
    def name(self) -> str:
        return self.acronym or self.title or self.registry_id

    @property
    def is_fetched(self) -> bool:
        return self.fetched_at is not None

    @property
    def numbers(self) -> list[str]:
        """Its own number and those that were merged into it."""
        return [self.registry_id, *(alias.registry_id for alias in self.number_aliases.all())]

    @property
    def service(self) -> Service | None:
        """What can be asked for this registration."""
        return SERVICES.get(self.registry)

    @property
    def registry_url(self) -> str:
        return {
            self.Registry.CLINICALTRIALS: "https://clinicaltrials.gov/study/{}",
            self.Registry.ISRCTN: "https://www.isrctn.com/{}",
            self.Registry.ACTRN: "https://www.anzctr.org.au/{}.aspx",
            self.Registry.DRKS: "https://drks.de/search/en/trial/{}",
        }[self.Registry(self.registry)].format(self.registry_id)


class TrialDigest(models.Model):
    """What curators say a trial tested, showed and did not show, in plain words."""

    class Randomised(models.TextChoices):
        YES = "yes", "yes"
        ONE_OF_MANY = "as_one_of_many", "as one of many"
        NO = "no", "no"

    trial = models.OneToOneField(Trial, models.PROTECT, related_name="digest")
    years = models.TextField(blank=True)
    population = models.TextField(blank=True)
    intervention = models.TextField(blank=True)
    comparator = models.TextField(blank=True)
    insulin_randomised = models.CharField(max_length=15, choices=Randomised, blank=True)
    tested = models.TextField(blank=True)
    follow_up = models.TextField(blank=True)
    shows = models.TextField(blank=True)
    does_not_show = models.TextField(blank=True)
    numbers_from = models.TextField(blank=True)

    class Meta:
        ordering = ["trial"]

    def __str__(self) -> str:
        return f"Digest of {self.trial}"


class TrialResult(models.Model):
    """One reported outcome of a trial as numbers, with the publication that reports it."""

    class Role(models.TextChoices):
        PRIMARY = "primary", "primary"
        SECONDARY = "secondary", "secondary"
        POST_HOC = "post_hoc", "post hoc"

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="results")
    publication = models.ForeignKey(
        "sources.Publication", models.PROTECT, related_name="trial_results"
    )
    outcome = models.TextField()
    role = models.CharField(max_length=10, choices=Role)
    measure = models.CharField(max_length=20)
    estimate = models.FloatField(null=True, blank=True)
    ci_low = models.FloatField(null=True, blank=True)
    ci_high = models.FloatField(null=True, blank=True)
    ci_level = models.FloatField(null=True, blank=True)
    p = models.CharField(max_length=60, blank=True)
    events = models.TextField(blank=True)

    class Meta:
        ordering = ["trial", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "publication", "outcome"], name="trial_result_once"
            ),
            models.CheckConstraint(
                name="trial_result_interval_contains_estimate",
                condition=Q(ci_low=None, ci_high=None)
                | Q(
                    ci_low__isnull=False,
                    ci_high__isnull=False,
                    estimate__isnull=False,
                    ci_low__lte=F("estimate"),
                    ci_high__gte=F("estimate"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.outcome}"
