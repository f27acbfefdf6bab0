"""Claims: made, worded anew, put before readers, withdrawn; and what is tied to them."""

import pytest
from django.core.exceptions import ValidationError

from claims.actions.claims import create_claim, edit_claim, put_in_review, withdraw_claim
from claims.actions.errors import AlreadyDone, AlreadyWithdrawn, IllegalChange, NotAllowed
from claims.actions.evidence import add_evidence
from claims.actions.people import initial_curation
from claims.actions.verdicts import approve_verdict, derive_verdicts
from claims.models import Claim, EvidenceItem, Verdict
from tests.at_once import at_once
from tests.factories import (
    NOW,
    ArticleFactory,
    ClaimFactory,
    EvidenceItemFactory,
    PublicationFactory,
    TrialFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return UserFactory(role="reviewer")


def create(by, *, article=None, **values):
    given = {
        "key": "insulin-acts",
        "statement": "Insulin acts.",
        "claim_type": "mechanism",
        **values,
    }
    return create_claim(article or ArticleFactory(), **given, by=by, now=NOW)


def edit(claim, by, why="It was unclear.", **changes):
    return edit_claim(claim, changes=changes, by=by, now=NOW, why=why)


def add(claim, by, **values):
    given = {"finding": "fewer deaths", "origin": "found_by_reviewer", **values}
    if "trial" not in given:
        given.setdefault("publication", PublicationFactory())
    return add_evidence(claim, **given, by=by, now=NOW)


def current(claim):
    return Verdict.objects.current().get(claim=claim)


def test_claim_begins_as_a_draft_at_the_end_of_its_article(reviewer):
    article = ClaimFactory(position=7).article

    claim = create(reviewer, article=article, topics=["insulin"], population="adults")

    assert (claim.state, claim.position, claim.topics) == ("draft", 8, ["insulin"])
    assert claim.pico["population"] == "adults"
    assert current(claim).label == "Unassessed"
    assert Claim.pgh_event_model.objects.filter(pgh_obj=claim).get().pgh_context == {
        "user": reviewer.pk,
        "reason": "claim made",
    }


def test_claim_may_be_given_its_place(reviewer):
    article = ArticleFactory()

    assert create(reviewer, article=article, position=3).position == 3
    assert create(reviewer, article=article, key="another", position=None).position == 4


def test_part_is_made_with_its_whole(reviewer):
    whole = ClaimFactory()

    part = create(reviewer, article=whole.article, parent=whole, is_core=False, is_essential=True)

    assert list(whole.parts.all()) == [part]
    assert current(whole).trace["kind"] == "compound"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "Insulin acts"}, "key"),
        ({"statement": "Insulin acts"}, "__all__"),
        ({"claim_type": "opinion"}, "claim_type"),
        ({"claim_type": "value"}, "__all__"),
        ({"is_core": True}, "__all__"),
    ],
)
def test_illegal_claim_is_refused(reviewer, values, field):
    with pytest.raises(ValidationError) as refusal:
        create(reviewer, **values)

    assert field in refusal.value.message_dict
    assert not Claim.objects.exists()


def test_key_is_used_once(reviewer):
    ClaimFactory(key="insulin-acts")

    with pytest.raises(ValidationError, match="already exists"):
        create(reviewer)


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        (lambda: ClaimFactory(parent=ClaimFactory()), "is itself a part"),
        (lambda: EvidenceItemFactory().claim, "has evidence"),
        (lambda: ClaimFactory(value=True), "cannot be checked"),
    ],
)
def test_parent_that_will_not_do_is_refused(reviewer, parent, message):
    whole = parent()

    with pytest.raises(IllegalChange, match=message):
        create(reviewer, article=whole.article, parent=whole, is_core=False, is_essential=True)


def test_claim_with_parts_is_made_no_part(reviewer):
    whole = ClaimFactory(parent=ClaimFactory()).parent

    with pytest.raises(IllegalChange, match="has parts; a part has none"):
        edit(whole, reviewer, parent=ClaimFactory(), is_core=False, is_essential=True)


@pytest.mark.parametrize("field", ["state", "key", "article", "created_at"])
def test_what_is_no_ones_to_set_is_refused(reviewer, field):
    with pytest.raises(IllegalChange, match=f"{field} cannot be set"):
        edit(ClaimFactory(), reviewer, **{field: "x"})


def test_edit_is_recorded_with_its_reason(reviewer):
    claim = ClaimFactory()

    edited = edit(claim, reviewer, statement="Insulin acts otherwise.", note="")

    assert edited.statement == "Insulin acts otherwise."
    event = Claim.pgh_event_model.objects.filter(pgh_obj=claim).order_by("pgh_id").last()
    assert (event.pgh_label, event.statement) == ("update", "Insulin acts otherwise.")
    assert event.pgh_context == {"user": reviewer.pk, "reason": "It was unclear."}


def test_edit_without_a_reason_says_what_was_changed(reviewer):
    claim = ClaimFactory()

    edit(claim, reviewer, why=" ", topics=["insulin"], note="New.")

    event = Claim.pgh_event_model.objects.filter(pgh_obj=claim).order_by("pgh_id").last()
    assert event.pgh_context["reason"] == "changed note, topics"


def test_edit_that_changes_nothing_writes_nothing(reviewer):
    claim = ClaimFactory()

    edit(claim, reviewer, statement=claim.statement)

    assert Claim.pgh_event_model.objects.filter(pgh_label="update").count() == 0


def test_edit_keeps_what_another_changed_meanwhile(reviewer):
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).update(note="By another.")

    edited = edit(claim, reviewer, topics=["insulin"])

    assert (edited.note, edited.topics) == ("By another.", ["insulin"])


def test_illegal_edit_is_refused(reviewer):
    claim = ClaimFactory()

    with pytest.raises(ValidationError):
        edit(claim, reviewer, statement="No full stop")
    with pytest.raises(IllegalChange, match="has to be checkable"):
        edit(ClaimFactory(parent=claim).parent, reviewer, checkability="not_checkable")

    claim.refresh_from_db()
    assert (claim.statement[-1], claim.checkability) == (".", "checkable")


def test_rewording_an_approved_claim_makes_its_verdict_stale(reviewer):
    claim = EvidenceItemFactory(judged=True).claim
    derive_verdicts([claim], by=initial_curation(), now=NOW)
    approve_verdict(claim.verdicts.get(), by=UserFactory(role="editor"), now=NOW)

    edit(claim, reviewer, statement="Insulin does something else.")

    assert current(claim).stale_reason == "The wording of the claim changed."


def test_type_decides_what_counts(reviewer):
    claim = EvidenceItemFactory(judged=True, judged__study_design="cohort").claim
    derive_verdicts([claim], by=initial_curation(), now=NOW)
    assert current(claim).label == "Supported"

    edit(claim, reviewer, claim_type="intervention_effect")

    assert (current(claim).label, current(claim).rule) == ("Partly supported", "V6p")


def test_part_that_moves_changes_both_wholes(reviewer):
    old, new = ClaimFactory.create_batch(2)
    part = EvidenceItemFactory(claim=ClaimFactory(parent=old), judged=True).claim
    derive_verdicts(by=initial_curation(), now=NOW)

    edit(part, reviewer, parent=new)

    assert (current(old).label, current(new).label) == ("Unassessed", "Supported")


def test_draft_is_put_before_readers(reviewer):
    claim = create(reviewer)

    put_in_review(claim, by=reviewer, now=NOW)

    assert list(Claim.objects.public()) == [claim]
    with pytest.raises(AlreadyDone):
        put_in_review(claim, by=reviewer, now=NOW)


def test_withdrawn_claim_takes_its_parts_along(reviewer):
    part = ClaimFactory(parent=ClaimFactory())

    withdraw_claim(part.parent, by=reviewer, now=NOW, why="It was nobody's.")

    assert not Claim.objects.public().exists()
    assert [event.pgh_context["reason"] for event in _updates()] == ["It was nobody's."] * 2


def _updates():
    return Claim.pgh_event_model.objects.filter(pgh_label="update")


def test_withdrawn_part_leaves_its_whole_to_the_others(reviewer):
    whole = ClaimFactory()
    parts = ClaimFactory.create_batch(2, parent=whole)
    EvidenceItemFactory(claim=parts[0], judged=True)

    withdraw_claim(parts[1], by=reviewer, now=NOW, why="It was nobody's.")

    assert current(whole).label == "Supported"


def test_claim_is_withdrawn_once_and_may_come_back(reviewer):
    claim = ClaimFactory()
    withdraw_claim(claim, by=reviewer, now=NOW, why="It was nobody's.")

    with pytest.raises(AlreadyWithdrawn):
        withdraw_claim(claim, by=reviewer, now=NOW, why="Again.")
    put_in_review(claim, by=reviewer, now=NOW, why="It was somebody's.")

    claim.refresh_from_db()
    assert claim.state == "in_review"
    assert current(claim).label == "Unassessed"


def test_withdrawing_needs_a_reason(reviewer):
    with pytest.raises(IllegalChange, match="Say why"):
        withdraw_claim(ClaimFactory(), by=reviewer, now=NOW, why=" ")


@pytest.mark.django_db(transaction=True)
def test_claim_is_withdrawn_by_one_of_two():
    claim, reviewers = ClaimFactory(), UserFactory.create_batch(2, role="reviewer")

    outcomes = at_once(
        *[
            lambda by=by: withdraw_claim(claim, by=by, now=NOW, why="It was nobody's.")
            for by in reviewers
        ]
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyWithdrawn", "NoneType"]


def test_evidence_is_tied_to_a_claim(reviewer):
    claim = ClaimFactory()

    item = add(claim, reviewer, finding=" fewer deaths ")

    assert (item.finding, item.added_by, item.added_at) == ("fewer deaths", reviewer, NOW)
    assert current(claim).trace["items"][0]["reason"] == "awaiting_consensus"


def test_evidence_may_be_a_trial(reviewer):
    trial = TrialFactory()

    assert add(ClaimFactory(), reviewer, trial=trial).unit == f"trial:{trial.registry_id}"


def test_same_evidence_again_is_refused(reviewer):
    item = add(ClaimFactory(), reviewer)

    with pytest.raises(ValidationError, match="tied to the claim already"):
        add(item.claim, reviewer, publication=item.publication)


@pytest.mark.parametrize(
    "values", [{"publication": None}, {"finding": " "}, {"origin": "a friend"}]
)
def test_illegal_evidence_is_refused(reviewer, values):
    with pytest.raises(ValidationError):
        add(ClaimFactory(), reviewer, **values)

    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (lambda: ClaimFactory(parent=ClaimFactory()).parent, "compound claim; tie the evidence to"),
        (lambda: ClaimFactory(value=True), "cannot be checked"),
        (lambda: ClaimFactory(state="withdrawn"), "is withdrawn"),
    ],
)
def test_claim_that_takes_no_evidence_says_so(reviewer, claim, message):
    with pytest.raises(IllegalChange, match=message):
        add(claim(), reviewer)


@pytest.mark.parametrize(
    "action",
    [
        lambda by: create(by),
        lambda by: edit(ClaimFactory(), by, note="x"),
        lambda by: add(ClaimFactory(), by),
        lambda by: put_in_review(ClaimFactory(state="draft"), by=by, now=NOW),
        lambda by: withdraw_claim(ClaimFactory(), by=by, now=NOW, why="x"),
    ],
    ids=["create", "edit", "add", "put", "withdraw"],
)
def test_strangers_may_do_nothing(action):
    with pytest.raises(NotAllowed):
        action(UserFactory())
