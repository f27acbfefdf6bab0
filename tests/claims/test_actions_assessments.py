"""What reviewers judge, and what they settle on."""

import pytest
from django.core.exceptions import ValidationError

from claims.actions.assessments import submit_assessment
from claims.actions.errors import IllegalChange, IllegalQuote, NotAllowed
from claims.models import Article, Assessment, Claim, Consensus, Quote, Verdict
from sources.models import Publication
from tests.at_once import at_once
from tests.factories import (
    NOW,
    AssessmentFactory,
    ClaimFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

JUDGEMENT = {
    "stance": "supports",
    "directness": "direct",
    "scope": "matches",
    "finding_role": "own_result",
    "study_design": "rct",
    "rob_tool": "rob2",
    "rob_overall": "low",
    "rob_reason": "Blinded.",
}
ABSTRACT = "Insulin was given to forty people for twelve weeks."


def item_of(**article):
    item = EvidenceItemFactory(publication=PublicationFactory(fetched=True))
    Article.objects.filter(pk=item.claim.article_id).update(**article)
    return item


def submit(item, *, by=None, quotes=(), rationale="It was measured.", **judgement):
    return submit_assessment(
        item,
        judgement={**JUDGEMENT, **judgement},
        rationale=rationale,
        quotes=quotes,
        by=by or UserFactory(role="reviewer"),
        now=NOW,
    )


def verdict_of(item):
    verdict = Verdict.objects.current().get(claim=item.claim)
    return verdict.label, verdict.review_status


def test_one_reviewer_settles_where_one_is_enough():
    item = item_of()

    assessment = submit(item)

    assert (assessment.state, assessment.submitted_at, assessment.actor) == (
        "submitted",
        NOW,
        "human",
    )
    assert (item.consensus.kind, item.consensus.reviewers) == ("single", 1)
    assert {axis: getattr(item.consensus, axis) for axis in JUDGEMENT} == JUDGEMENT
    assert verdict_of(item) == ("Supported", 1)


def test_two_who_agree_are_unanimous():
    item = item_of(reviewers_required=2)
    submit(item)
    assert not Consensus.objects.exists()
    assert verdict_of(item) == ("Unassessed", 0)

    submit(item, sample_size=40)

    consensus = Consensus.objects.get()
    assert (consensus.kind, consensus.reviewers) == ("unanimous", 2)
    assert verdict_of(item) == ("Supported", 2)


def test_two_who_disagree_are_no_consensus():
    item = item_of()
    submit(item)

    submit(item, stance="neutral")

    assert not Consensus.objects.exists()
    assert verdict_of(item) == ("Unassessed", 0)


def test_who_changes_their_mind_settles_a_disagreement():
    item, second = item_of(), UserFactory(role="reviewer")
    submit(item)
    submit(item, by=second, stance="neutral")

    submit(item, by=second)

    assert Consensus.objects.get().kind == "unanimous"
    assert list(
        Assessment.objects.filter(reviewer=second).order_by("pk").values_list("state", flat=True)
    ) == ["superseded", "submitted"]


def test_a_person_outvotes_the_machine():
    item = item_of()
    AssessmentFactory(item=item, by_machine=True)
    ConsensusFactory(item=item, reviewers=0)

    submit(item, stance="contradicts")

    consensus = Consensus.objects.get()
    assert (consensus.stance, consensus.kind, consensus.reviewers) == ("contradicts", "single", 1)
    assert verdict_of(item) == ("Contested (Contradicted)", 1)


@pytest.mark.parametrize("kind", ["discussed", "adjudicated"])
def test_what_people_settled_stays(kind):
    item = item_of()
    ConsensusFactory(item=item, kind=kind, reviewers=2, decided_by=UserFactory())

    submit(item, stance="contradicts")

    assert (Consensus.objects.get().kind, Consensus.objects.get().stance) == (kind, "supports")


def test_same_assessment_again_is_the_one_that_is_there():
    item, reviewer = item_of(), UserFactory(role="reviewer")
    first = submit(item, by=reviewer, quotes=[ABSTRACT])

    second = submit(item, by=reviewer, quotes=[ABSTRACT])

    assert second == first
    assert (Assessment.objects.count(), Verdict.objects.count()) == (1, 1)


def test_other_quotes_make_another_assessment():
    item, reviewer = item_of(), UserFactory(role="reviewer")
    submit(item, by=reviewer)

    submit(item, by=reviewer, quotes=[ABSTRACT])

    assert Assessment.objects.filter(state="superseded").count() == 1


def test_draft_is_overtaken_by_what_is_submitted():
    item, reviewer = item_of(), UserFactory(role="reviewer")
    draft = AssessmentFactory(item=item, reviewer=reviewer, draft=True)

    submit(item, by=reviewer)

    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == ("superseded", NOW)


def test_quotes_are_checked_against_the_abstract():
    item = item_of()

    submit(
        item, quotes=[" Insulin was given to\nforty people ", "Insulin was given to fifty people"]
    )

    assert list(Quote.objects.order_by("pk").values_list("text", "status", "checked_at")) == [
        ("Insulin was given to\nforty people", "verified", NOW),
        ("Insulin was given to fifty people", "not_found", NOW),
    ]


def test_quote_of_what_was_never_fetched_cannot_be_checked():
    item = EvidenceItemFactory()

    submit(item, quotes=[ABSTRACT])

    assert Quote.objects.get().status == "no_text_available"


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        (" ", "A quote is empty."),
        ("Insulin was given", "The quote “Insulin was given” has fewer than 20 characters."),
        ("A trial of: insulin, in people", "The quote is only the title of its source."),
    ],
)
def test_quote_that_is_none_is_refused(quote, message):
    item = item_of()
    Publication.objects.update(title="A trial of insulin in people")
    item.refresh_from_db()

    with pytest.raises(IllegalQuote) as refusal:
        submit(item, quotes=[quote])

    assert str(refusal.value) == message
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("judgement", "field"),
    [
        ({"stance": "partly"}, "stance"),
        ({"directness": "indirect"}, "__all__"),
        ({"rationale": " "}, "rationale"),
        ({"rob_reason": ""}, "__all__"),
    ],
)
def test_illegal_judgement_is_refused_and_leaves_the_earlier(judgement, field):
    item, reviewer = item_of(), UserFactory(role="reviewer")
    earlier = submit(item, by=reviewer)

    with pytest.raises(ValidationError) as refusal:
        submit(item, by=reviewer, **judgement)

    assert set(refusal.value.message_dict) == {field}
    assert Assessment.objects.current().get() == earlier


def test_axis_that_is_none_is_refused():
    with pytest.raises(IllegalChange, match="There is no axis colour"):
        submit(item_of(), colour="red")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"state": "withdrawn"}, "is withdrawn"),
        ({"checkability": "not_checkable"}, "cannot be checked"),
    ],
)
def test_evidence_of_a_closed_claim_is_not_judged(change, message):
    item = item_of()
    Claim.objects.update(**change)

    with pytest.raises(IllegalChange, match=message):
        submit(item)


def test_judging_needs_permission():
    with pytest.raises(NotAllowed):
        submit(item_of(), by=UserFactory())


def test_history_says_who_judged():
    reviewer = UserFactory(role="reviewer")

    submit(item_of(), by=reviewer, quotes=[ABSTRACT])

    for model in (Assessment, Quote, Consensus, Verdict):
        assert [event.pgh_context for event in model.pgh_event_model.objects.all()] == [
            {"user": reviewer.pk, "reason": "assessment submitted"}
        ]


@pytest.mark.django_db(transaction=True)
def test_one_reviewer_twice_at_once_has_one_assessment():
    item, reviewer = item_of(), UserFactory(role="reviewer")

    outcomes = at_once(*[lambda: submit(item, by=reviewer) for _ in range(4)])

    assert len({outcome.pk for outcome in outcomes}) == 1
    assert Assessment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_are_both_heard():
    item = item_of(reviewers_required=2)
    reviewers = UserFactory.create_batch(2, role="reviewer")

    at_once(*[lambda by=reviewer: submit(item, by=by) for reviewer in reviewers])

    assert (Assessment.objects.count(), Consensus.objects.get().kind) == (2, "unanimous")
    assert verdict_of(item) == ("Supported", 2)


def test_judging_a_part_moves_its_whole():
    item = item_of()
    whole = ClaimFactory(article=item.claim.article)
    Claim.objects.filter(pk=item.claim_id).update(parent=whole, is_core=False, is_essential=True)
    item.refresh_from_db()

    submit(item)

    assert Verdict.objects.current().get(claim=whole).label == "Supported"
