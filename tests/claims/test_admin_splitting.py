"""Splitting a claim into parts, by one person or by two; its evidence is never lost."""

import pytest

from claims.actions.claims import edit_claim
from claims.actions.errors import IllegalChange, NotAllowed, Outdated
from claims.actions.splitting import NewPart, split_claim
from claims.models import Claim
from tests.at_once import at_once
from tests.claims.marked_article import SECOND, anchored, article_with_text
from tests.desk import errors_in, messages_in, person, save, tools_on, url_of
from tests.factories import (
    NOW,
    AssessmentFactory,
    ClaimFactory,
    EvidenceItemFactory,
    SearchRecordFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

EATING = NewPart("Tired men eat more sugary food.", "causation", is_core=True, is_essential=True)
SLEEP = NewPart("The men had four hours of sleep.", "association", is_core=False, is_essential=True)


@pytest.fixture
def by():
    return UserFactory(role="reviewer")


@pytest.fixture
def whole():
    return anchored(article_with_text(title="Sleep"), SECOND, topics=["sleep"]).claim


def split(whole, by, *parts, evidence=None, opened=None):
    return split_claim(
        whole,
        parts or (EATING, SLEEP),
        evidence=evidence or {},
        opened=opened or whole.family_token,
        by=by,
        now=NOW,
    )


def test_parts_are_made_as_drafts_of_the_whole(whole, by):
    made = split(whole, by)

    assert list(whole.parts.order_by("pk")) == made
    assert [
        (each.statement, each.claim_type, each.is_core, each.is_essential) for each in made
    ] == [
        (EATING.statement, "causation", True, True),
        (SLEEP.statement, "association", False, True),
    ]
    assert {(each.state, each.voice, tuple(each.topics), each.article) for each in made} == {
        ("draft", "author", ("sleep",), whole.article)
    }
    assert [each.anchors.count() for each in made] == [0, 0]
    assert whole.verdicts.current().get().trace["kind"] == "compound"


def test_part_may_have_its_own_words_in_the_text(whole, by):
    part = NewPart(
        "Sleep lasted four hours.", "association", False, True, passage="slept four HOURS"
    )

    _, made = split(whole, by, EATING, part)

    anchor, around = made.anchors.get(), whole.anchors.get()
    assert anchor.snapshot.text[anchor.start : anchor.end] == "slept four hours"
    assert around.start <= anchor.start < anchor.end <= around.end


@pytest.mark.parametrize(
    ("passage", "told"),
    [("Hunger grows at night", "stands not in the passage"), ("no such words", "stands not")],
)
def test_words_outside_the_whole_are_refused(whole, by, passage, told):
    part = NewPart("Hunger comes late.", "association", False, True, passage=passage)

    with pytest.raises(IllegalChange, match=told):
        split(whole, by, EATING, part)

    assert not whole.parts.exists()


def test_words_cannot_be_marked_without_a_text(by):
    part = NewPart("Hunger comes late.", "association", False, True, passage="any three words")

    with pytest.raises(IllegalChange, match="stands in no text that is here"):
        split(ClaimFactory(), by, EATING, part)


def test_evidence_that_nobody_has_judged_goes_to_the_parts(whole, by):
    items = EvidenceItemFactory.create_batch(2, claim=whole)
    SearchRecordFactory(claim=whole)

    made = split(whole, by, evidence={items[0].pk: 1, items[1].pk: 0})

    assert [part.evidence.get() for part in made] == [items[1], items[0]]
    assert (whole.evidence.count(), whole.searches.count()) == (0, 1)
    event = items[0].events.order_by("pgh_id").last()
    assert (event.claim_id, event.pgh_context["reason"]) == (
        made[1].pk,
        f"{whole.public_id} was split into parts",
    )


def test_evidence_without_a_part_is_refused(whole, by):
    items = EvidenceItemFactory.create_batch(2, claim=whole)

    with pytest.raises(IllegalChange, match=f"Say to which part {items[1].key} goes"):
        split(whole, by, evidence={items[0].pk: 1, items[1].pk: 2})


@pytest.mark.parametrize("draft", [True, False])
def test_judged_evidence_stands_in_the_way(whole, by, draft):
    item = EvidenceItemFactory(claim=whole)
    AssessmentFactory(item=item, draft=draft)

    with pytest.raises(IllegalChange, match=rf"has been judged \({item.key}\)"):
        split(whole, by, evidence={item.pk: 0})

    assert (item.claim, Claim.objects.count()) == (whole, 1)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"state": "withdrawn"}, "is withdrawn"),
        ({"checkability": "not_checkable"}, "cannot be checked"),
        ({"part": True}, "is itself a part"),
    ],
)
def test_claim_that_takes_no_parts_is_not_split(by, values, told):
    parent = {"parent": ClaimFactory()} if values.pop("part", False) else {}

    with pytest.raises(IllegalChange, match=told):
        split(ClaimFactory(**values, **parent), by)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([EATING], "has two parts at least"),
        ([EATING, NewPart("Another core.", "harm", True, True)], "At most one part is the core"),
        ([NewPart("A.", "harm", False, False), NewPart("B.", "harm", False, False)], "one part is essential"),
        ([EATING, NewPart("TIRED men: eat more sugary food.", "harm", False, True)], "something of its own"),
        ([EATING, NewPart("Twelve men slept four hours.", "harm", False, True)], "The statement repeats the passage"),
    ],
)  # fmt: skip
def test_parts_that_will_not_do_are_refused(whole, by, parts, told):
    with pytest.raises(IllegalChange, match=told):
        split(whole, by, *parts)

    assert Claim.objects.get() == whole


def test_sent_twice_the_parts_are_made_once(whole, by):
    opened = whole.family_token

    assert split(whole, by, opened=opened) == split(whole, by, opened=opened)
    assert whole.parts.count() == 2


def test_claim_worded_anew_meanwhile_is_told(whole, by):
    opened = whole.family_token
    edit_claim(whole, changes={"statement": "Another one."}, by=by, now=NOW, why="")

    with pytest.raises(Outdated, match=f"{whole.public_id} was changed since you opened it"):
        split(whole, by, opened=opened)


def test_splitting_needs_the_permission(whole):
    with pytest.raises(NotAllowed):
        split(whole, UserFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_split_a_claim_at_once_one_is_told():
    whole, by = ClaimFactory(), UserFactory(admin=True)
    opened = whole.family_token
    other = NewPart("Something else.", "harm", False, True)

    outcomes = at_once(
        lambda: split(whole, by, EATING, SLEEP, opened=opened),
        lambda: split(whole, by, EATING, other, opened=opened),
    )

    [told] = [each for each in outcomes if isinstance(each, Outdated)]
    [made] = [each for each in outcomes if each is not told]
    assert list(whole.parts.order_by("pk")) == made
    assert all(part.public_id in str(told) for part in made)


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Rita"))
    return client


def split_url(claim):
    return url_of(claim).replace("/change/", "/split/")


TYPED = {
    "statement__1": EATING.statement,
    "role__1": "core",
    "statement__2": SLEEP.statement,
    "claim_type__2": "association",
    "key__2": "four-hours",
}


def test_reviewer_splits_a_claim(reviewer, whole):
    item = EvidenceItemFactory(claim=whole)

    response = save(reviewer, split_url(whole), **TYPED, **{f"item__{item.pk}": "2"})
    told = reviewer.get(response.url)

    parts = whole.parts.order_by("pk")
    assert [(part.is_core, part.claim_type) for part in parts] == [
        (True, "causation"),
        (False, "association"),
    ]
    assert (parts[1].key, parts[1].evidence.get()) == ("four-hours", item)
    ids = ", ".join(part.public_id for part in parts)
    assert messages_in(told) == [f"{whole.public_id} has the parts {ids}."]


def test_what_was_typed_is_kept_and_may_be_sent_again(reviewer, whole, by):
    page = reviewer.get(split_url(whole))
    split(whole, by, NewPart("One.", "harm", True, True), NewPart("Two.", "harm", False, True))
    given = {name.replace("__", "-"): value for name, value in TYPED.items()} | {
        "claim_type-1": "causation",
        "role-1": "extra",
        "role-2": "extra",
        "opened": page.context["form"].initial["opened"],
        **{f"claim_type-{n}": "harm" for n in range(2, 7)},
        **{f"role-{n}": "extra" for n in range(2, 7)},
    }

    refused = reviewer.post(split_url(whole), given)
    given["opened"] = refused.context["form"].cleaned_data["opened"]
    reviewer.post(split_url(whole), given)

    [told] = errors_in(refused)
    assert told.startswith(f"{whole.public_id} was changed since you opened it; its parts are now")
    assert EATING.statement in refused.content.decode()
    assert whole.parts.count() == 4


def test_hindrance_is_said_before_anything_is_typed(reviewer, whole):
    AssessmentFactory(item=EvidenceItemFactory(claim=whole))

    assert f"Evidence of {whole.public_id} has been judged" in (
        reviewer.get(split_url(whole)).content.decode()
    )


def test_part_is_not_offered_to_be_split(reviewer):
    whole = ClaimFactory()

    assert "Split into parts" in tools_on(reviewer.get(url_of(whole)))
    part = ClaimFactory(parent=whole)
    assert "Split into parts" not in tools_on(reviewer.get(url_of(part)))
