"""What bears on a claim: a finding of a publication or trial, and searches that found nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat, JSONObject

from claims.models.claim import Claim
from claims.models.constraints import one_of
from claims.models.verdict import Verdict
from claims.ruleset import Judgement
from claims.ruleset.reasons import UNSETTLED_IDENTITIES
from claims.ruleset.vocabulary import Origin, Stance
from sources.models import Publication, Report, Trial

if TYPE_CHECKING:
    from claims.models.citation import Citation

JUDGED = tuple(field.name for field in fields(Judgement))


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    def of_public_claims(self) -> EvidenceItemQuerySet:
        return self.filter(claim__in=Claim.objects.public())

    def bearing_through(self, trial: Trial) -> EvidenceItemQuerySet:
        """Items of the trial itself and of the publications that report it."""
        reports = Report.objects.filter(trial=trial).values("publication")
        return self.filter(Q(trial=trial) | Q(publication__in=reports))

    def of_citations(self, citations: Iterable[Citation]) -> EvidenceItemQuerySet:
        """What the sources that an article cites say of the very claims it cites them for."""
        cited = list(citations)
        claims = {citation.claim_id for citation in cited}
        publications = {citation.publication_id for citation in cited if citation.publication_id}
        trials = {citation.trial_id for citation in cited if citation.trial_id}
        return (
            self.of_public_claims()
            .filter(Q(claim__in=claims) | Q(claim__parent__in=claims))
            .filter(Q(publication__in=publications) | Q(trial__in=trials))
            .select_related("claim", "consensus")
        )

    def of_citation(self, claim: Any, publication: Any, trial: Any) -> EvidenceItemQuerySet:
        """What this source says of this claim or its parts; each may be a reference to an outer row."""
        return (
            self.of_public_claims()
            .filter(Q(claim=claim) | Q(claim__parent=claim))
            .filter(Q(publication=publication) | Q(trial=trial))
        )

    def with_sources(self) -> EvidenceItemQuerySet:
        return self.select_related("publication", "trial").prefetch_related(
            Prefetch("publication__reports", Report.objects.select_related("trial"))
        )

    def with_judgements(self) -> EvidenceItemQuerySet:
        """Consensus and the submitted assessments; drafts stay with their authors."""
        return self.select_related("consensus").prefetch_related("assessments__reviewer")

    def for_page(self) -> EvidenceItemQuerySet:
        return self.with_sources().with_judgements().prefetch_related("assessments__quotes")

    def for_source_page(self) -> EvidenceItemQuerySet:
        """On what public claims a publication or trial bears, and how, in the articles' order."""
        claims = Claim.objects.public().for_list()
        return (
            self.of_public_claims()
            .select_related("consensus", "publication")
            .prefetch_related(Prefetch("claim", claims))
            .order_by("claim__article", "claim__position", "pk")
        )

    def for_derivation(self) -> models.QuerySet[EvidenceItem, dict[str, Any]]:
        """What the ruleset looks at, as plain rows: abstracts and rationales are long."""
        return self.order_by("claim", "pk").values(
            "pk",
            "claim",
            "publication",
            "publication__identity",
            "publication__integrity",
            "trial__registry_id",
            "trial__identity",
            "consensus__kind",
            "consensus__reviewers",
            *(f"consensus__{axis}" for axis in JUDGED),
        )

    def leaning(self) -> EvidenceItemQuerySet:
        """Items that were judged to speak for or against a public claim."""
        return self.of_public_claims().filter(
            consensus__stance__in=[Stance.SUPPORTS, Stance.CONTRADICTS]
        )

    def counted(self) -> EvidenceItemQuerySet:
        """Items that count in the current verdict of a public claim, as its trace says."""
        key = Concat(Value("EVI-"), Cast(OuterRef("pk"), models.TextField()))
        row = Func(
            JSONObject(key=key, counted=Value(True)),
            function="jsonb_build_array",
            output_field=models.JSONField(),
        )
        verdicts = Verdict.objects.current().filter(claim=OuterRef("claim"))
        return self.of_public_claims().filter(Exists(verdicts.filter(trace__items__contains=row)))

    def counted_but_never_fetched(self) -> EvidenceItemQuerySet:
        """Of these, the ones whose record could be fetched and never was."""
        publications = Publication.objects.fetchable().never_fetched()
        trials = Trial.objects.fetchable().never_fetched()
        return self.counted().filter(Q(publication__in=publications) | Q(trial__in=trials))

    def leaning_on_another_work(self) -> EvidenceItemQuerySet:
        """Of these, the ones whose fetched record is not the work that was meant."""
        return self.leaning().filter(
            Q(publication__identity__in=UNSETTLED_IDENTITIES)
            | Q(trial__identity__in=UNSETTLED_IDENTITIES)
        )

    def awaiting_consensus(self) -> EvidenceItemQuerySet:
        return self.filter(consensus=None)


class EvidenceItem(models.Model):
    """One finding of one publication or trial that bears on one claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    trial = models.ForeignKey(Trial, models.PROTECT, null=True, blank=True, related_name="evidence")
    finding = models.CharField(max_length=200, help_text="A short label of what was found.")
    origin = models.CharField(
        max_length=20, choices=Origin.choices(), default=Origin.FOUND_BY_REVIEWER
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["claim", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_of_a_publication_or_a_trial",
                condition=Q(publication__isnull=True) ^ Q(trial__isnull=True),
                violation_error_message="Name a publication or a trial, not both.",
            ),
            models.UniqueConstraint(
                fields=["claim", "publication", "trial", "finding"],
                name="evidence_once",
                nulls_distinct=False,
                violation_error_message="This finding of this source is tied to the claim already.",
            ),
            models.CheckConstraint(
                name="evidence_finding_is_named", condition=Q(finding__regex=r"\S")
            ),
            one_of("origin", Origin, model="evidence"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="on_a_leaf",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("claim_id"),
                func="""
                    PERFORM 1 FROM claims_claim WHERE id = NEW.claim_id FOR UPDATE;
                    IF EXISTS (SELECT 1 FROM claims_claim WHERE parent_id = NEW.claim_id) THEN
                        RAISE EXCEPTION 'evidence_on_a_leaf: this claim has parts; tie the evidence to one of them'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (SELECT 1 FROM claims_claim WHERE id = NEW.claim_id AND checkability <> 'checkable') THEN
                        RAISE EXCEPTION 'evidence_on_a_checkable_claim: this claim cannot be checked'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} on CLM-{self.claim_id}: {self.finding}"

    @property
    def source(self) -> Publication | Trial:
        return self.publication or self.trial  # type: ignore[return-value]  # the CHECK holds it

    @property
    def unit(self) -> str:
        """What counts once: the trial, else the publication."""
        trial = self.trial or next((r.trial for r in self.publication_reports), None)
        return f"trial:{trial.registry_id}" if trial else f"publication:{self.publication_id}"

    @property
    def publication_reports(self) -> list[Report]:
        return list(self.publication.reports.all()) if self.publication else []

    @property
    def key(self) -> str:
        return f"EVI-{self.pk}"


class SearchRecord(models.Model):
    """A literature search for a claim: "we looked and found nothing" is a record too."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="searches")
    database = models.CharField(max_length=100)
    query = models.TextField()
    run_on = models.DateField()
    hits = models.PositiveIntegerField()
    included = models.PositiveIntegerField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["claim", "-run_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="search_includes_at_most_its_hits",
                condition=Q(included__lte=F("hits")),
                violation_error_message="A search cannot include more than it found.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.database} on {self.run_on}: {self.hits} hits"


for model in (EvidenceItem, SearchRecord):
    pghistory.track()(model)
