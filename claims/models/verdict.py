"""How well a claim stands, by which rule, and who says so. Append-only and versioned."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import Exact

from claims.models.constraints import one_of
from claims.models.verdict_queryset import VerdictQuerySet
from claims.ruleset import vocabulary

DOMAINS_DOWN = (
    "risk_of_bias",
    "inconsistency",
    "indirectness",
    "imprecision",
    "publication_bias",
)
DOMAINS_UP = {"large_effect": 2, "dose_response": 1, "plausible_confounding": 1}
DOMAINS = (*DOMAINS_DOWN, *DOMAINS_UP)
LEVELS = {"very_low": 1, "low": 2, "moderate": 3, "high": 4}
NO_DOMAINS = dict.fromkeys(DOMAINS)


def _adds_up() -> Q:
    """Certainty is the start level plus the domains, held between very low (1) and high (4)."""
    # NULL would make the whole condition unknown, and what is unknown passes a CHECK.
    total: Combinable = Coalesce(F("start_level"), 0)
    for domain in DOMAINS:
        total = total + Coalesce(F(domain), 0)
    level = Greatest(Value(1), Least(Value(4), total))
    sums = Q()
    for name, number in LEVELS.items():
        sums |= Q(certainty=name) & Q(Exact(level, number))
    return Q(start_level__isnull=False) & sums


def _domains_in_range() -> Q:
    within = Q(start_level__isnull=False, start_level__range=(1, 4))
    for domain in DOMAINS_DOWN:
        within &= Q(**{f"{domain}__isnull": False, f"{domain}__range": (-3, 0)})
    for domain, most in DOMAINS_UP.items():
        within &= Q(**{f"{domain}__isnull": False, f"{domain}__range": (0, most)})
    return within


class Verdict(models.Model):
    """One version of what is said of one claim. Never edited, only followed by another."""

    class ReviewStatus(models.IntegerChoices):
        PROVISIONAL = 0, "provisional"
        ONE_REVIEWER = 1, "one reviewer"
        TWO_BLIND = 2, "two blind reviewers agree"
        ADJUDICATED = 3, "adjudicated"

    claim = models.ForeignKey("claims.Claim", models.PROTECT, related_name="verdicts")
    basis = models.CharField(
        max_length=15, choices=vocabulary.Basis.choices(), default=vocabulary.Basis.TODAY
    )
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)

    verdict = models.CharField(max_length=25, choices=vocabulary.Verdict.choices())
    contested_kind = models.CharField(  # noqa: DJ001
        max_length=15, choices=vocabulary.ContestedKind.choices(), null=True, blank=True
    )
    certainty = models.CharField(max_length=10, choices=vocabulary.Certainty.choices())
    framework = models.CharField(max_length=15, choices=vocabulary.Framework.choices())
    certainty_from = models.CharField(
        max_length=10, choices=vocabulary.CertaintySource.choices(), blank=True
    )
    start_level = models.SmallIntegerField(null=True, blank=True)
    risk_of_bias = models.SmallIntegerField(null=True, blank=True)
    inconsistency = models.SmallIntegerField(null=True, blank=True)
    indirectness = models.SmallIntegerField(null=True, blank=True)
    imprecision = models.SmallIntegerField(null=True, blank=True)
    publication_bias = models.SmallIntegerField(null=True, blank=True)
    large_effect = models.SmallIntegerField(null=True, blank=True)
    dose_response = models.SmallIntegerField(null=True, blank=True)
    plausible_confounding = models.SmallIntegerField(null=True, blank=True)
    domain_reasons = models.JSONField(default=dict, blank=True)
    certainty_override_reason = models.TextField(blank=True)

    derived_verdict = models.CharField(max_length=25, choices=vocabulary.Verdict.choices())
    derived_contested_kind = models.CharField(  # noqa: DJ001
        max_length=15, choices=vocabulary.ContestedKind.choices(), null=True, blank=True
    )
    rule = models.CharField(max_length=5)
    ruleset_version = models.CharField(max_length=10)
    trace = models.JSONField()
    evidence_hash = models.CharField(max_length=64)
    evidence_counts = models.JSONField()
    override_reason = models.TextField(blank=True)

    summary = models.TextField(help_text="In plain language.")
    review_status = models.PositiveSmallIntegerField(choices=ReviewStatus)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    stale_since = models.DateTimeField(null=True, blank=True)
    stale_reason = models.TextField(blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["claim", "basis", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "basis", "version"], name="verdict_version_once"
            ),
            models.UniqueConstraint(
                fields=["claim", "basis"],
                condition=Q(is_current=True),
                name="verdict_one_current",
            ),
            models.CheckConstraint(
                name="verdict_contested_has_a_kind",
                condition=Q(verdict="contested", contested_kind__isnull=False)
                | (~Q(verdict="contested") & Q(contested_kind=None)),
            ),
            models.CheckConstraint(
                name="verdict_as_derived_or_overridden",
                condition=Q(verdict=F("derived_verdict"))
                & (
                    Q(
                        contested_kind__isnull=False,
                        derived_contested_kind__isnull=False,
                        contested_kind=F("derived_contested_kind"),
                    )
                    | Q(contested_kind=None, derived_contested_kind=None)
                )
                | ~Q(override_reason=""),
            ),
            models.CheckConstraint(
                name="verdict_certainty_is_whole",
                condition=Q(
                    certainty="not_rated", start_level=None, certainty_from="", **NO_DOMAINS
                )
                | (~Q(certainty="not_rated") & ~Q(framework="none") & ~Q(certainty_from="")),
            ),
            models.CheckConstraint(
                name="verdict_certainty_adds_up",
                condition=Q(certainty="not_rated")
                | Q(certainty_from="parts")
                | ~Q(certainty_override_reason="")
                | _adds_up(),
            ),
            models.CheckConstraint(
                name="verdict_domains_in_range",
                condition=Q(start_level=None, **NO_DOMAINS) | _domains_in_range(),
            ),
            models.CheckConstraint(
                name="verdict_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")),
                violation_error_message="Nobody approves a verdict of their own.",
            ),
            models.CheckConstraint(
                name="verdict_approval_is_whole",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="verdict_staleness_is_whole",
                condition=Q(stale_since=None, stale_reason="")
                | (Q(stale_since__isnull=False) & ~Q(stale_reason="")),
            ),
            one_of("verdict", vocabulary.Verdict, model="verdict"),
            one_of("derived_verdict", vocabulary.Verdict, model="verdict"),
            one_of("certainty", vocabulary.Certainty, model="verdict"),
            one_of("framework", vocabulary.Framework, model="verdict"),
            one_of("basis", vocabulary.Basis, model="verdict"),
            models.CheckConstraint(
                name="verdict_review_status_is_known", condition=Q(review_status__range=(0, 3))
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    exclude=[
                        "is_current",
                        "approved_by",
                        "approved_at",
                        "stale_since",
                        "stale_reason",
                    ]
                ),
            ),
            pgtrigger.Protect(
                name="approval_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_by__isnull=False)
                & pgtrigger.Q(old__approved_by__df=pgtrigger.F("new__approved_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} on CLM-{self.claim_id}: {self.label}"

    @property
    def public_id(self) -> str:
        return f"VER-{self.pk}"

    @property
    def label(self) -> str:
        """The verdict in words: "Contested (conflicting)"."""
        if self.contested_kind:
            return f"{self.get_verdict_display()} ({self.get_contested_kind_display()})"
        return str(self.get_verdict_display())

    @property
    def sign(self) -> str:
        """What it is shown as: the verdict, or of which kind a contested one is."""
        return self.contested_kind or self.verdict

    @property
    def derived_sign(self) -> str:
        return self.derived_contested_kind or self.derived_verdict

    @property
    def is_provisional(self) -> bool:
        return self.approved_by_id is None

    @property
    def domains(self) -> dict[str, int] | None:
        """GRADE's domains and their steps; None when certainty is not rated from evidence."""
        if self.start_level is None:
            return None
        return {domain: getattr(self, domain) for domain in DOMAINS}

    @property
    def rests_on(self) -> list[dict[str, str]]:
        """Single items without which the verdict would be another."""
        return list(self.trace.get("rests_on", []))


pghistory.track()(Verdict)
