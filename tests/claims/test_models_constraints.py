"""Every constraint and trigger of the app, broken once; none can be forgotten."""

from datetime import UTC, datetime

import pytest
from django.db.models import ProtectedError

from claims.models import (
    Article,
    ArticleSnapshot,
    Assessment,
    Claim,
    ClaimAnchor,
    Consensus,
    EvidenceItem,
    Verdict,
)
from tests.breaking import (
    constraints_of,
    is_in_force,
    models_of,
    refused,
    triggers_of,
    vocabularies_of,
)
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleImportFactory,
    ArticleSnapshotFactory,
    AssessmentFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    ConsensusFactory,
    DatasetEntryFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    SearchRecordFactory,
    TrialFactory,
    UserFactory,
    VerdictFactory,
    sha256,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    factory._meta.model: factory
    for factory in (
        ArticleFactory,
        ArticleImportFactory,
        AssessmentFactory,
        CitationFactory,
        ClaimAnchorFactory,
        ClaimFactory,
        ClaimRelationFactory,
        ConsensusFactory,
        EvidenceItemFactory,
        QuoteFactory,
        VerdictFactory,
    )
}


def judgement_breaks(model, factory):
    """Ways to break what holds of any judgement, by an assessment or a consensus."""
    effect = {"effect_outcome": "death", "effect_measure": "MD", "effect_estimate": 1}
    interval = {"effect_ci_low": 0.5, "effect_ci_high": 2, "effect_ci_level": 95}
    return {
        f"{model}_indirect_has_a_reason": [
            lambda: factory(directness="indirect"),
            lambda: factory(directness="direct", directness_reasons=["population"]),
        ],
        f"{model}_interval_contains_estimate": [
            lambda: factory(**effect, **{**interval, "effect_ci_low": 1.5}),
            lambda: factory(**effect, **{**interval, "effect_ci_high": 0.75}),
            lambda: factory(**effect, **{**interval, "effect_ci_low": None}),
            lambda: factory(**effect, **{**interval, "effect_ci_high": None}),
            lambda: factory(**effect, **{**interval, "effect_ci_level": None}),
            lambda: factory(**effect, **{**interval, "effect_ci_level": 20}),
            lambda: factory(**{**effect, "effect_estimate": None}, **interval),
        ],
        f"{model}_ratio_is_positive": [
            lambda: factory(**{**effect, "effect_measure": "HR", "effect_estimate": 0}),
            lambda: factory(
                **{**effect, "effect_measure": "OR"}, **{**interval, "effect_ci_low": -0.1}
            ),
        ],
        f"{model}_effect_is_named": [
            lambda: factory(effect_estimate=1),
            lambda: factory(effect_measure="HR", effect_estimate=1),
            lambda: factory(effect_outcome="death"),
        ],
        f"{model}_rob_has_a_reason": [lambda: factory(rob_overall="low", rob_reason="")],
        f"{model}_sample_size_is_positive": [lambda: factory(sample_size=0)],
    }


def rated(**values):
    return VerdictFactory(verdict="supported", rated=True, **values)


def approved_by_its_author():
    author = UserFactory()
    VerdictFactory(author=author, approved_by=author, approved_at=NOW)


def same_evidence_twice():
    item = EvidenceItemFactory()
    EvidenceItemFactory(claim=item.claim, publication=item.publication, finding=item.finding)


def its_own_part():
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).update(parent=claim, is_core=False, is_essential=True)


def two_core_parts():
    whole = ClaimFactory()
    ClaimFactory.create_batch(2, parent=whole, is_core=True)


BREAKS = {
    "article_needs_a_reviewer": [
        lambda: ArticleFactory(reviewers_required=0),
        lambda: ArticleFactory(reviewers_required=10),
    ],
    "article_date_has_a_precision": [
        lambda: ArticleFactory(published_on_precision="day"),
        lambda: ArticleFactory(published_on=NOW.date()),
    ],
    "import_one_at_a_time": [
        lambda: ArticleImportFactory.create_batch(2, article=ArticleFactory()),
        lambda: ArticleImportFactory(article=ArticleImportFactory(running=True).article),
    ],
    "import_failed_says_why": [
        lambda: ArticleImportFactory(failed=True, error=""),
        lambda: ArticleImportFactory(error="Why?"),
    ],
    "import_done_has_a_snapshot": [
        lambda: ArticleImportFactory(done=True, snapshot=None),
        lambda: ArticleImportFactory(snapshot=ArticleSnapshotFactory()),
    ],
    "import_over_has_an_end": [
        lambda: ArticleImportFactory(done=True, finished_at=None),
        lambda: ArticleImportFactory(finished_at=NOW),
    ],
    "import_keeps_content_for_a_preview": [
        lambda: ArticleImportFactory(state="preview"),
        lambda: ArticleImportFactory(content=b"A text."),
    ],
    "snapshot_once": [
        lambda: ArticleSnapshotFactory.create_batch(2, article=ArticleFactory(), sha256=sha256("x"))
    ],
    "snapshot_body_inside_text": [
        lambda: ArticleSnapshotFactory(body_start=10, body_end=10),
        lambda: ArticleSnapshotFactory(code_points=100, body_end=101),
    ],
    "snapshot_sha256_is_whole": [lambda: ArticleSnapshotFactory(sha256="abc")],
    "claim_key_is_kebab_case": [
        lambda: ClaimFactory(key="Insulin"),
        lambda: ClaimFactory(key="insulin--acts"),
        lambda: ClaimFactory(key="insulin_acts"),
        lambda: ClaimFactory(key="-insulin"),
    ],
    "claim_statement_is_a_sentence": [
        lambda: ClaimFactory(statement="Insulin acts"),
        lambda: ClaimFactory(statement=" Insulin acts."),
        lambda: ClaimFactory(statement=""),
        lambda: ClaimFactory(statement=f"{'a' * 300}."),
    ],
    "claim_of_value_is_not_checkable": [
        lambda: ClaimFactory(claim_type="value", checkability="checkable")
    ],
    "claim_part_is_core_and_essential_or_not": [
        lambda: ClaimFactory(is_core=True, is_essential=True),
        lambda: ClaimFactory(parent=ClaimFactory(), is_core=None),
        lambda: ClaimFactory(parent=ClaimFactory(), is_essential=None),
    ],
    "claim_part_is_checkable": [
        lambda: ClaimFactory(parent=ClaimFactory(), checkability="not_checkable")
    ],
    "claim_not_its_own_part": [its_own_part],
    "claim_one_core_part": [two_core_parts],
    "anchor_once_a_snapshot": [
        lambda: ClaimAnchorFactory.create_batch(
            2, claim=ClaimFactory(), snapshot=ArticleSnapshotFactory()
        )
    ],
    "anchor_is_a_span": [
        lambda: ClaimAnchorFactory(start=60, end=60),
        lambda: ClaimAnchorFactory(start=None, end=None),
        lambda: ClaimAnchorFactory(start=None),
        lambda: ClaimAnchorFactory(status="exact", end=None),
        lambda: ClaimAnchorFactory(status="orphaned"),
        lambda: ClaimAnchorFactory(status="ambiguous", end=None),
    ],
    "anchor_has_a_fingerprint": [
        lambda: ClaimAnchorFactory(fingerprint_words=0),
        lambda: ClaimAnchorFactory(fingerprint_sha256=""),
    ],
    "anchor_landmark_is_a_word_of_the_span": [
        lambda: ClaimAnchorFactory(landmark_index=8, landmark_crc32=1),
        lambda: ClaimAnchorFactory(landmark_index=7),
        lambda: ClaimAnchorFactory(landmark_crc32=1),
        lambda: ClaimAnchorFactory(landmark_index=7, landmark_crc32=2**32),
        lambda: ClaimAnchorFactory(landmark_index=7, landmark_crc32=-1),
    ],
    "anchor_reason_is_of_an_orphan": [
        lambda: ClaimAnchorFactory(orphaned_reason="Another sentence.")
    ],
    "anchor_in_a_paragraph_or_a_comment": [lambda: ClaimAnchorFactory(paragraph=1, comment=1)],
    "relation_once": [
        lambda: ClaimRelationFactory.create_batch(2, source=ClaimFactory(), target=ClaimFactory())
    ],
    "relation_not_to_itself": [
        lambda: (lambda claim: ClaimRelationFactory(source=claim, target=claim))(ClaimFactory())
    ],
    "citation_once_a_claim": [
        lambda: CitationFactory.create_batch(2, claim=ClaimFactory(), raw="ACCORD")
    ],
    "citation_resolved_names_its_source": [
        lambda: CitationFactory(resolution="resolved"),
        lambda: CitationFactory(resolution="unresolved", trial=TrialFactory()),
        lambda: CitationFactory(resolution="ambiguous", publication=PublicationFactory()),
    ],
    "citation_accuracy_has_a_note": [lambda: CitationFactory(accuracy="accurate")],
    "evidence_of_a_publication_or_a_trial": [
        lambda: EvidenceItemFactory(publication=None),
        lambda: EvidenceItemFactory(trial=TrialFactory()),
    ],
    "evidence_once": [same_evidence_twice],
    "evidence_finding_is_named": [lambda: EvidenceItemFactory(finding=" ")],
    "search_includes_at_most_its_hits": [lambda: SearchRecordFactory(hits=3, included=4)],
    **judgement_breaks("assessment", AssessmentFactory),
    "assessment_one_current": [
        lambda: AssessmentFactory.create_batch(
            2, item=EvidenceItemFactory(), reviewer=UserFactory()
        ),
    ],
    "assessment_has_a_rationale": [lambda: AssessmentFactory(rationale=" \n")],
    "assessment_submitted_has_a_time": [
        lambda: AssessmentFactory(submitted_at=None),
        lambda: AssessmentFactory(state="draft"),
        lambda: AssessmentFactory(state="superseded", submitted_at=None),
    ],
    "quote_is_long_enough": [
        lambda: QuoteFactory(text="nineteen characters"),
        lambda: QuoteFactory(text=""),
        lambda: QuoteFactory(text=f"{' ' * 30}."),
    ],
    "quote_once": [
        lambda: QuoteFactory.create_batch(
            2, assessment=AssessmentFactory(), text="The same words, said twice."
        )
    ],
    **judgement_breaks("consensus", ConsensusFactory),
    "consensus_decided_by_someone": [
        lambda: ConsensusFactory(kind="adjudicated"),
        lambda: ConsensusFactory(kind="discussed"),
    ],
    "verdict_version_once": [
        lambda: VerdictFactory.create_batch(2, claim=ClaimFactory(), is_current=False)
    ],
    "verdict_one_current": [
        lambda: (
            lambda claim: [VerdictFactory(claim=claim, version=version) for version in (1, 2)]
        )(ClaimFactory())
    ],
    "verdict_contested_has_a_kind": [
        lambda: VerdictFactory(verdict="contested"),
        lambda: VerdictFactory(verdict="supported", contested_kind="conflicting"),
    ],
    "verdict_as_derived_or_overridden": [
        lambda: VerdictFactory(verdict="supported", derived_verdict="contested"),
        lambda: VerdictFactory(contradicted=True, derived_contested_kind="conflicting"),
        lambda: VerdictFactory(contradicted=True, derived_contested_kind=None),
    ],
    "verdict_certainty_is_whole": [
        lambda: rated(framework="none"),
        lambda: rated(certainty_from=""),
        lambda: rated(certainty="not_rated"),
        lambda: VerdictFactory(certainty_from="evidence"),
    ],
    "verdict_certainty_adds_up": [
        lambda: rated(certainty="high"),
        lambda: rated(start_level=2),
        lambda: VerdictFactory(certainty="very_low", framework="grade", certainty_from="evidence"),
    ],
    "verdict_domains_in_range": [
        lambda: rated(risk_of_bias=-4, certainty="very_low"),
        lambda: rated(inconsistency=1, certainty="high"),
        lambda: rated(large_effect=3, certainty="high"),
        lambda: rated(dose_response=2, certainty="high"),
        lambda: rated(start_level=5, certainty="high"),
        lambda: rated(imprecision=None),
    ],
    "verdict_approved_by_another": [approved_by_its_author],
    "verdict_approval_is_whole": [
        lambda: VerdictFactory(approved_by=UserFactory()),
        lambda: VerdictFactory(approved_at=NOW),
    ],
    "verdict_staleness_is_whole": [
        lambda: VerdictFactory(stale_since=NOW),
        lambda: VerdictFactory(stale_reason="A notice appeared."),
    ],
    "dataset_entry_once": [lambda: DatasetEntryFactory.create_batch(2, key="claim-x")],
}


@pytest.mark.parametrize(
    ("name", "breaking"),
    [(name, breaking) for name, ways in BREAKS.items() for breaking in ways],
    ids=[f"{name}-{n}" for name, ways in BREAKS.items() for n in range(len(ways))],
)
def test_database_refuses_what_breaks_a_constraint(name, breaking):
    with refused(f'"{name}"'):
        breaking()


def test_every_constraint_is_broken():
    assert constraints_of("claims") == set(BREAKS)


# What else the database would refuse a nonsense word for, said so that it does not.
BESIDES = {
    "verdict_verdict_is_known": {"override_reason": "for this test"},
    "verdict_derived_verdict_is_known": {"override_reason": "for this test"},
    "verdict_certainty_is_known": {"framework": "grade", "certainty_from": "parts"},
    "article_published_on_precision_is_known": {"published_on": NOW.date()},
    "assessment_directness_is_known": {"directness_reasons": ["population"]},
}


@pytest.mark.parametrize(
    ("model", "field", "name"), vocabularies_of("claims"), ids=lambda value: str(value)
)
def test_database_refuses_a_word_that_is_none(model, field, name):
    word = 9 if field == "review_status" else "nonsense"
    condition = {each.name: each for each in model._meta.constraints}[name].condition

    with refused("violates check constraint"):
        FACTORIES[model](**{field: word, **BESIDES.get(name, {})})

    assert not condition.check({field: word})
    assert is_in_force(model, name)


SECOND_OF_ITS_KIND = {
    "article key": lambda: ArticleFactory.create_batch(2, key="one"),
    "article url": lambda: ArticleFactory.create_batch(2, url="https://example.org/one"),
    "claim key": lambda: ClaimFactory.create_batch(2, key="one"),
    "consensus item": lambda: ConsensusFactory.create_batch(2, item=EvidenceItemFactory()),
}


@pytest.mark.parametrize("name", SECOND_OF_ITS_KIND)
def test_database_refuses_a_second_of_what_is_unique(name):
    with refused("duplicate key"):
        SECOND_OF_ITS_KIND[name]()


def test_every_unique_field_is_tried():
    unique = {
        f"{model._meta.model_name} {field.name}"
        for model in models_of("claims")
        for field in model._meta.fields
        if field.unique and not field.primary_key
    }

    assert unique == set(SECOND_OF_ITS_KIND)


def reworded(text):
    snapshot = ArticleSnapshotFactory(text="Insulin lowers glucose.")
    ArticleSnapshot.objects.filter(pk=snapshot.pk).update(text=text)


def grandchild():
    ClaimFactory(parent=ClaimFactory(parent=ClaimFactory()))


def whole_made_a_part():
    whole = ClaimFactory()
    ClaimFactory(parent=whole)
    Claim.objects.filter(pk=whole.pk).update(
        parent=ClaimFactory(), is_core=False, is_essential=True
    )


def anchored(voice, **span):
    claim = ClaimFactory(voice=voice)
    snapshot = ArticleSnapshotFactory(
        article=claim.article, code_points=1000, body_start=100, body_end=900
    )
    return ClaimAnchorFactory(claim=claim, snapshot=snapshot, **span)


def approval_taken_back():
    Verdict.objects.filter(pk=VerdictFactory(approved=True).pk).update(
        approved_by=None, approved_at=None
    )


def update(row, **values):
    type(row)._default_manager.filter(pk=row.pk).update(**values)


TRIGGERS = {
    "articlesnapshot never_deleted": [
        ("Cannot delete", lambda: ArticleSnapshotFactory().delete()),
    ],
    "articlesnapshot immutable": [
        ("Cannot update", lambda: update(ArticleSnapshotFactory(), sha256=sha256("other"))),
        ("Cannot update", lambda: update(ArticleSnapshotFactory(), code_points=2000)),
    ],
    "articlesnapshot text_comes_once": [("Cannot update", lambda: reworded(None))],
    "articlesnapshot text_is_what_it_says": [
        ("snapshot_text_is_what_it_says", lambda: update(ArticleSnapshotFactory(), text="Other.")),
        (
            "snapshot_text_is_what_it_says",
            lambda: ArticleSnapshotFactory(text="Insulin.", code_points=9, body_end=8),
        ),
    ],
    "claim one_level_of_parts": [
        ("claim_one_level_of_parts", grandchild),
        ("claim_one_level_of_parts", whole_made_a_part),
        (
            "claim_with_evidence_has_no_parts",
            lambda: ClaimFactory(parent=EvidenceItemFactory().claim),
        ),
        (
            "claim_with_parts_is_checkable",
            lambda: ClaimFactory(parent=ClaimFactory(checkability="not_checkable")),
        ),
    ],
    "claim never_deleted": [("Cannot delete", lambda: ClaimFactory().delete())],
    "claimanchor inside_the_body": [
        ("anchor_inside_the_body", lambda: anchored("author", start=99, end=200)),
        ("anchor_inside_the_body", lambda: anchored("author", start=800, end=901)),
        ("anchor_inside_the_body", lambda: anchored("reader_comment", start=990, end=1001)),
    ],
    "evidenceitem on_a_leaf": [
        (
            "evidence_on_a_leaf",
            lambda: EvidenceItemFactory(claim=ClaimFactory(parent=ClaimFactory()).parent),
        ),
        (
            "evidence_on_a_checkable_claim",
            lambda: EvidenceItemFactory(claim=ClaimFactory(value=True)),
        ),
    ],
    "verdict never_deleted": [("Cannot delete", lambda: VerdictFactory().delete())],
    "verdict append_only": [
        ("Cannot update", lambda: update(VerdictFactory(), summary="Another.")),
        ("Cannot update", lambda: update(VerdictFactory(), review_status=3)),
        ("Cannot update", lambda: update(VerdictFactory(), trace={})),
    ],
    "verdict approval_is_final": [("Cannot update", approval_taken_back)],
}


@pytest.mark.parametrize(
    ("message", "breaking"),
    [way for ways in TRIGGERS.values() for way in ways],
    ids=[f"{name}-{n}" for name, ways in TRIGGERS.items() for n in range(len(ways))],
)
def test_trigger_refuses(message, breaking):
    with refused(message):
        breaking()


def test_every_trigger_is_tried():
    assert triggers_of("claims") == set(TRIGGERS)


def test_reader_is_anchored_outside_the_body():
    anchor = anchored("reader_comment", start=910, end=990)

    assert ClaimAnchor.objects.get() == anchor


def test_text_arrives_once():
    text = "Insulin lowers glucose."
    snapshot = ArticleSnapshotFactory(sha256=sha256(text), code_points=len(text))

    update(snapshot, text=text)

    snapshot.refresh_from_db()
    assert snapshot.text == text


def test_verdict_may_be_followed_approved_and_go_stale():
    verdict = VerdictFactory()

    update(verdict, approved_by=UserFactory(), approved_at=NOW)
    update(verdict, is_current=False, stale_since=NOW, stale_reason="A notice appeared.")

    verdict.refresh_from_db()
    assert (verdict.is_current, verdict.stale_reason) == (False, "A notice appeared.")


def test_superseded_assessments_do_not_stand_in_the_way():
    first = AssessmentFactory(state="superseded")

    second = AssessmentFactory(item=first.item, reviewer=first.reviewer)

    assert set(Assessment.objects.current()) == {second}


def test_certainty_of_parts_needs_no_domains():
    verdict = VerdictFactory(
        verdict="supported", certainty="low", framework="grade", certainty_from="parts"
    )

    assert verdict.domains is None


def test_certainty_may_be_overridden_with_a_reason():
    verdict = rated(certainty="low", certainty_override_reason="One domain counts twice here.")

    assert verdict.certainty == "low"


@pytest.mark.parametrize(
    ("row", "held"),
    [
        (lambda: ClaimFactory().article, "claims"),
        (lambda: EvidenceItemFactory(judged=True), "consensus"),
        (lambda: QuoteFactory().assessment, "quotes"),
    ],
    ids=["article", "evidence", "assessment"],
)
def test_what_others_rest_on_is_protected(row, held):
    with pytest.raises(ProtectedError):
        row().delete()


@pytest.mark.parametrize(
    ("published_on", "precision", "text"),
    [
        (None, "", "no date"),
        (datetime(2016, 5, 3, tzinfo=UTC).date(), "day", "3 May 2016"),
        (datetime(2016, 5, 1, tzinfo=UTC).date(), "month", "May 2016"),
        (datetime(2016, 1, 1, tzinfo=UTC).date(), "year", "2016"),
        (datetime(2016, 1, 1, tzinfo=UTC).date(), "presumed_year", "2016 (presumed)"),
    ],
)
def test_article_date_is_told_as_far_as_it_is_known(published_on, precision, text):
    article = Article(published_on=published_on, published_on_precision=precision)

    assert article.published_text == text


def test_evidence_counts_as_its_trial_or_as_itself():
    of_trial = EvidenceItemFactory(of_trial=True)
    of_publication = EvidenceItemFactory()

    assert of_trial.unit == f"trial:{of_trial.trial.registry_id}"
    assert of_publication.unit == f"publication:{of_publication.publication_id}"
    assert {type(item.source).__name__ for item in EvidenceItem.objects.all()} == {
        "Trial",
        "Publication",
    }


def test_effect_is_told_as_numbers():
    assert Consensus(effect_measure="").effect is None
    assert AssessmentFactory.build(with_effect=True).effect == {
        "outcome": "death from any cause",
        "measure": "HR",
        "estimate": 0.9,
        "ci_low": 0.8,
        "ci_high": 1.01,
        "ci_level": 95,
        "p": "0.07",
    }
