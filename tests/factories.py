"""One factory a model: the least that is valid, sequences where values are unique, traits for the rest.

Nothing random: a test that fails once fails again.
"""

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from claims import models as claims
from claims.ruleset import Leaf, derive_leaf
from sources import models as sources

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NO_EVIDENCE = Leaf("claim", "causation", "checkable", (), "not_rated", None)
NO_COUNTS = {"supports": 0, "contradicts": 0, "neutral": 0, "not_counted": 0}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class UserFactory(DjangoModelFactory):
    """`role="reviewer"` or `role="editor"` puts a member of staff into that group."""

    class Meta:
        model = get_user_model()

        skip_postgeneration_save = True

    class Params:
        admin = factory.Trait(is_staff=True, is_superuser=True)

    username = factory.Sequence(lambda n: f"reviewer{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if extracted:
            self.is_staff = True
            self.save()
            self.groups.add(Group.objects.get(name=extracted))


class PublicationFactory(DjangoModelFactory):
    class Meta:
        model = sources.Publication

    class Params:
        without_pmid = factory.Trait(
            pmid=None, doi=factory.Sequence(lambda n: f"10.5555/publication.{n}")
        )
        fetched = factory.Trait(
            fetched_at=NOW,
            parser_version="1",
            identity="confirmed",
            integrity="current",
            integrity_checked_at=NOW,
            pubmed_integrity=factory.SelfAttribute("integrity"),
            pubmed_checked_at=NOW,
            abstract_state="present",
            abstract_sections=factory.LazyFunction(
                lambda: [
                    {
                        "label": None,
                        "category": None,
                        "text": "Insulin was given to forty people for twelve weeks.",
                        "html": "Insulin was given to forty people for twelve weeks.",
                    }
                ]
            ),
        )
        mismatched = factory.Trait(fetched=True, identity="mismatch")
        retracted = factory.Trait(fetched=True, integrity="retracted")

    pmid = factory.Sequence(lambda n: str(90_000_001 + n))
    title = factory.Sequence(lambda n: f"Publication {n}")
    journal = "Journal of Examples"
    year = 2015


class TrialFactory(DjangoModelFactory):
    class Meta:
        model = sources.Trial

    class Params:
        fetched = factory.Trait(fetched_at=NOW, parser_version="1", identity="confirmed")

    registry_id = factory.Sequence(lambda n: f"NCT{90_000_001 + n}")
    acronym = factory.Sequence(lambda n: f"TRIAL-{n}")
    title = factory.Sequence(lambda n: f"Trial {n}")


class RegistrationAliasFactory(DjangoModelFactory):
    class Meta:
        model = sources.RegistrationAlias

    trial = factory.SubFactory(TrialFactory)
    registry_id = factory.Sequence(lambda n: f"NCT{80_000_001 + n}")
    noticed_at = NOW


class RegistrationChangeFactory(DjangoModelFactory):
    class Meta:
        model = sources.RegistrationChange

    class Params:
        acknowledged = factory.Trait(
            acknowledged_by=factory.SubFactory("tests.factories.UserFactory"),
            acknowledged_at=NOW,
            note="Looked at.",
        )

    trial = factory.SubFactory(TrialFactory)
    field = "enrollment"
    before = 100
    after = 90
    noticed_at = NOW


class TrialDigestFactory(DjangoModelFactory):
    class Meta:
        model = sources.TrialDigest

    trial = factory.SubFactory(TrialFactory)
    tested = "insulin against no insulin"


class TrialResultFactory(DjangoModelFactory):
    class Meta:
        model = sources.TrialResult

    trial = factory.SubFactory(TrialFactory)
    publication = factory.SubFactory(PublicationFactory)
    outcome = factory.Sequence(lambda n: f"Outcome {n}")
    role = "primary"
    measure = "HR"
    estimate = 0.9
    ci_low = 0.8
    ci_high = 1.01
    ci_level = 95


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = sources.Report

    publication = factory.SubFactory(PublicationFactory)
    trial = factory.SubFactory(TrialFactory)
    role = "primary_results"


class InclusionFactory(DjangoModelFactory):
    class Meta:
        model = sources.Inclusion

    class Params:
        of_trial = factory.Trait(publication=None, trial=factory.SubFactory(TrialFactory))

    review = factory.SubFactory(PublicationFactory)
    publication = factory.SubFactory(PublicationFactory)


class IntegrityNoticeFactory(DjangoModelFactory):
    class Meta:
        model = sources.IntegrityNotice

    publication = factory.SubFactory(PublicationFactory, fetched=True)
    kind = "retraction"
    notice_pmid = factory.Sequence(lambda n: str(80_000_001 + n))
    source = "pubmed"
    first_seen_at = NOW
    last_seen_at = NOW


class FileImportFactory(DjangoModelFactory):
    class Meta:
        model = sources.FileImport

    class Params:
        done = factory.Trait(state="done", finished_at=NOW)

    sha256 = factory.Sequence(lambda n: sha256(f"file {n}"))
    name = factory.Sequence(lambda n: f"pubmed26n{n:04}.xml.gz")
    size = 1000
    parser_version = "1"
    as_of = NOW
    started_at = NOW


class BadRecordFactory(DjangoModelFactory):
    class Meta:
        model = sources.BadRecord

    file_import = factory.SubFactory(FileImportFactory)
    position = factory.Sequence(lambda n: 1000 * n)
    reason = "a record without a PMID"


class DeletedPMIDFactory(DjangoModelFactory):
    class Meta:
        model = sources.DeletedPMID

    pmid = factory.Sequence(lambda n: str(80_000_001 + n))
    deleted_at = NOW
    listed_in = "pubmed26n0001.xml.gz"


class IdentityConflictFactory(DjangoModelFactory):
    """An open doubt about a title; `of_two` is one about a DOI that two publications have."""

    class Meta:
        model = sources.IdentityConflict

    class Params:
        of_two = factory.Trait(
            kind="doi_of_two",
            other_publication=factory.SubFactory(PublicationFactory, doi="10.5555/shared"),
            ours="10.5555/shared",
            theirs="10.5555/shared",
        )
        of_trials = factory.Trait(
            kind="registry_id",
            publication=None,
            trial=factory.SubFactory(TrialFactory),
            other_trial=factory.SubFactory(TrialFactory),
        )
        resolved = factory.Trait(
            state="resolved",
            resolution="different",
            reason="read both",
            resolved_by=factory.SubFactory(UserFactory),
            resolved_at=NOW,
        )

    kind = "other_title"
    publication = factory.SubFactory(PublicationFactory, mismatched=True)
    ours = "Insulin and the liver"
    ours_from = "the curators"
    theirs = "Leeches"
    theirs_from = "PubMed's record"
    found_at = NOW
    last_seen_at = NOW


class PayloadFactory(DjangoModelFactory):
    class Meta:
        model = sources.Payload

    class Params:
        content = b"<PubmedArticle/>"

    service = "pubmed"
    identifier = factory.Sequence(lambda n: str(90_000_001 + n))
    sha256 = factory.LazyAttribute(lambda payload: sources.Payload.digest(payload.content))
    compressed = factory.LazyAttribute(lambda payload: sources.Payload.pack(payload.content))
    size = factory.LazyAttribute(lambda payload: len(payload.content))
    fetched_at = NOW


class FetchRequestFactory(DjangoModelFactory):
    class Meta:
        model = sources.FetchRequest

    class Params:
        running = factory.Trait(
            state="running",
            lease=factory.LazyFunction(uuid.uuid4),
            leased_until=NOW + timedelta(minutes=5),
            attempts=1,
        )
        succeeded = factory.Trait(state="succeeded", finished_at=NOW, attempts=1)
        not_found = factory.Trait(state="not_found", finished_at=NOW, attempts=1)
        failed = factory.Trait(
            state="failed", finished_at=NOW, attempts=5, last_error="503 Service Unavailable"
        )
        for_trial = factory.Trait(
            service="clinicaltrials", identifier=factory.Sequence(lambda n: f"NCT{90_000_001 + n}")
        )

    service = "pubmed"
    identifier = factory.Sequence(lambda n: str(90_000_001 + n))
    next_attempt_at = NOW
    created_at = NOW


class FetchBatchFactory(DjangoModelFactory):
    class Meta:
        model = sources.FetchBatch

    reason = "a test"
    created_at = NOW


class FetchBatchEntryFactory(DjangoModelFactory):
    class Meta:
        model = sources.FetchBatchEntry

    batch = factory.SubFactory(FetchBatchFactory)
    request = factory.SubFactory(FetchRequestFactory)


class FetchAttemptFactory(DjangoModelFactory):
    class Meta:
        model = sources.FetchAttempt

    class Params:
        failed = factory.Trait(
            outcome="server_error", http_status=503, error="503 Service Unavailable"
        )

    request = factory.SubFactory(FetchRequestFactory)
    at = NOW
    batch = factory.LazyFunction(uuid.uuid4)
    http_status = 200
    outcome = "ok"
    duration_ms = 120


class RateBudgetFactory(DjangoModelFactory):
    class Meta:
        model = sources.RateBudget
        django_get_or_create = ("service",)

    service = "pubmed"
    per_second = 3
    next_at = NOW


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = claims.Article

    class Params:
        dated = factory.Trait(published_on=date(2016, 5, 3), published_on_precision="day")

    key = factory.Sequence(lambda n: f"article-{n}")
    title = factory.Sequence(lambda n: f"Article {n}")
    authors = factory.LazyFunction(lambda: ["Ann Author"])


class ArticleSnapshotFactory(DjangoModelFactory):
    """Without a text it is known by its fingerprint only; give `text` and the rest follows."""

    class Meta:
        model = claims.ArticleSnapshot

    article = factory.SubFactory(ArticleFactory)
    text = None
    sha256 = factory.LazyAttributeSequence(
        lambda snapshot, n: sha256(f"unseen text {n}" if snapshot.text is None else snapshot.text)
    )
    code_points = factory.LazyAttribute(
        lambda snapshot: 1000 if snapshot.text is None else len(snapshot.text)
    )
    body_start = 0
    body_end = factory.SelfAttribute("code_points")


class ArticleImportFactory(DjangoModelFactory):
    class Meta:
        model = claims.ArticleImport

    class Params:
        running = factory.Trait(state="running", started_at=NOW)
        done = factory.Trait(
            state="done",
            snapshot=factory.SubFactory(
                ArticleSnapshotFactory, article=factory.SelfAttribute("..article")
            ),
            finished_at=NOW,
        )
        failed = factory.Trait(state="failed", error="No article is found.", finished_at=NOW)

    article = factory.SubFactory(ArticleFactory)
    url = "https://article.example/page"
    requested_by = factory.SubFactory(UserFactory)
    requested_at = NOW


class ClaimFactory(DjangoModelFactory):
    """Give `parent` and it is an essential part of that claim, in the same article."""

    class Meta:
        model = claims.Claim

    class Params:
        published = factory.Trait(state="published")
        value = factory.Trait(claim_type="value", checkability="not_checkable")

    key = factory.Sequence(lambda n: f"claim-{n}")
    parent = None
    article = factory.Maybe(
        "parent",
        yes_declaration=factory.SelfAttribute("parent.article"),
        no_declaration=factory.SubFactory(ArticleFactory),
    )
    position = factory.Sequence(int)
    statement = factory.Sequence(lambda n: f"Insulin does thing number {n}.")
    claim_type = "causation"
    is_core = factory.LazyAttribute(lambda claim: False if claim.parent else None)
    is_essential = factory.LazyAttribute(lambda claim: True if claim.parent else None)
    state = "in_review"


class ClaimAnchorFactory(DjangoModelFactory):
    class Meta:
        model = claims.ClaimAnchor

    class Params:
        orphaned = factory.Trait(status="orphaned", start=None, end=None)
        exact = factory.Trait(status="exact")

    claim = factory.SubFactory(ClaimFactory)
    snapshot = factory.SubFactory(
        ArticleSnapshotFactory, article=factory.SelfAttribute("..claim.article")
    )
    start = 10
    end = 60
    span_sha256 = sha256("span")
    fingerprint_words = 8
    fingerprint_sha256 = sha256("fingerprint")
    section = "S0"
    paragraph = 1


class ClaimRelationFactory(DjangoModelFactory):
    class Meta:
        model = claims.ClaimRelation

    source = factory.SubFactory(ClaimFactory)
    type = "depends_on"
    target = factory.SubFactory(ClaimFactory, article=factory.SelfAttribute("..source.article"))


class CitationFactory(DjangoModelFactory):
    class Meta:
        model = claims.Citation

    class Params:
        resolved = factory.Trait(
            resolution="resolved",
            publication=factory.SubFactory(PublicationFactory),
            accuracy="accurate",
            note="The source says so.",
        )

    claim = factory.SubFactory(ClaimFactory)
    article = factory.SelfAttribute("claim.article")
    raw = factory.Sequence(lambda n: f"a study of 20{n:02}")
    mode = "vague"


class EvidenceItemFactory(DjangoModelFactory):
    """`judged=True` gives it one submitted assessment and the consensus that follows from it.

    Both judge as `judged__...` says: `judged__stance="contradicts"`, `judged__reviewer=user`.
    """

    class Meta:
        model = claims.EvidenceItem
        skip_postgeneration_save = True

    class Params:
        of_trial = factory.Trait(publication=None, trial=factory.SubFactory(TrialFactory))

    claim = factory.SubFactory(ClaimFactory)
    publication = factory.SubFactory(PublicationFactory)
    finding = factory.Sequence(lambda n: f"finding {n}")
    added_by = factory.SubFactory(UserFactory)
    added_at = NOW

    @factory.post_generation
    def judged(self, create, extracted, **kwargs):
        if extracted:
            reviewer = kwargs.pop("reviewer", None) or UserFactory()
            actor = kwargs.pop("actor", "human")
            AssessmentFactory(item=self, reviewer=reviewer, actor=actor, **kwargs)
            ConsensusFactory(item=self, **kwargs)


class JudgementFactory(DjangoModelFactory):
    """A decisive judgement for most types of claim: a sound trial that supports the claim as it is."""

    class Meta:
        abstract = True

    class Params:
        against = factory.Trait(stance="contradicts")
        neutral = factory.Trait(stance="neutral")
        indirect = factory.Trait(directness="indirect", directness_reasons=["population"])
        with_effect = factory.Trait(
            effect_outcome="death from any cause",
            effect_measure="HR",
            effect_estimate=0.9,
            effect_ci_low=0.8,
            effect_ci_high=1.01,
            effect_ci_level=95,
            effect_p="0.07",
        )

    stance = "supports"
    directness = "direct"
    directness_reasons = factory.LazyFunction(list)
    scope = "matches"
    finding_role = "own_result"
    study_design = "rct"
    rob_overall = "low"
    rob_reason = "Randomised, blinded, nobody lost."


class AssessmentFactory(JudgementFactory):
    class Meta:
        model = claims.Assessment

    class Params:
        draft = factory.Trait(state="draft", submitted_at=None)
        by_machine = factory.Trait(actor="machine_assisted")

    item = factory.SubFactory(EvidenceItemFactory)
    reviewer = factory.SubFactory(UserFactory)
    rationale = "The trial measured what the claim says."
    state = "submitted"
    submitted_at = NOW


class QuoteFactory(DjangoModelFactory):
    class Meta:
        model = claims.Quote

    assessment = factory.SubFactory(AssessmentFactory)
    text = factory.Sequence(lambda n: f"Insulin was given to {n} people for weeks.")


class ConsensusFactory(JudgementFactory):
    class Meta:
        model = claims.Consensus

    class Params:
        adjudicated = factory.Trait(
            kind="adjudicated", reviewers=2, decided_by=factory.SubFactory(UserFactory)
        )

    item = factory.SubFactory(EvidenceItemFactory)
    kind = "single"
    reviewers = 1
    decided_at = NOW


class SearchRecordFactory(DjangoModelFactory):
    class Meta:
        model = claims.SearchRecord

    claim = factory.SubFactory(ClaimFactory)
    database = "PubMed"
    query = "insulin AND leeches"
    run_on = date(2026, 2, 1)
    hits = 3
    included = 0
    recorded_by = factory.SubFactory(UserFactory)


class VerdictFactory(DjangoModelFactory):
    """A claim never rated and without evidence, proposed; traits for the rest."""

    class Meta:
        model = claims.Verdict

    class Params:
        supported = factory.Trait(verdict="supported", rule="V5")
        partly = factory.Trait(verdict="partly_supported", rule="V5n")
        contradicted = factory.Trait(verdict="contested", contested_kind="contradicted", rule="V4")
        conflicting = factory.Trait(verdict="contested", contested_kind="conflicting", rule="V3")
        rated = factory.Trait(
            framework="grade",
            certainty="moderate",
            certainty_from="evidence",
            start_level=4,
            risk_of_bias=-1,
            inconsistency=0,
            indirectness=0,
            imprecision=0,
            publication_bias=0,
            large_effect=0,
            dose_response=0,
            plausible_confounding=0,
        )
        approved = factory.Trait(
            approved_by=factory.SubFactory(UserFactory), approved_at=NOW, review_status=1
        )
        stale = factory.Trait(stale_since=NOW, stale_reason="A notice appeared.")
        superseded = factory.Trait(is_current=False)

    claim = factory.SubFactory(ClaimFactory)
    version = 1
    verdict = "unassessed"
    certainty = "not_rated"
    framework = "none"
    derived_verdict = factory.SelfAttribute("verdict")
    derived_contested_kind = factory.SelfAttribute("contested_kind")
    contested_kind = None
    rule = "V2u"
    ruleset_version = "1"
    trace = factory.LazyFunction(lambda: derive_leaf(NO_EVIDENCE, today=NOW.date()).trace)
    evidence_hash = sha256("no evidence")
    evidence_counts = factory.LazyFunction(NO_COUNTS.copy)
    summary = "Nothing has been collected yet."
    review_status = 0
    author = factory.SubFactory(UserFactory)
    created_at = NOW


class DatasetEntryFactory(DjangoModelFactory):
    class Meta:
        model = claims.DatasetEntry

    dataset = "example"
    kind = "claim"
    key = factory.Sequence(lambda n: f"claim-{n}")
    object_id = factory.Sequence(lambda n: n + 1)
    loaded = factory.LazyFunction(lambda: {"note": ""})
    loaded_at = NOW
