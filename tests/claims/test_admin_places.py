"""Claims whose place in a text is not known: seen in context and settled, by one person or by two."""

import pytest
from django.urls import reverse
from lxml import html

from claims.actions.articles import correct_body, import_text
from claims.actions.errors import AlreadyDone, IllegalChange, NotAllowed, Outdated
from claims.actions.places import choose_place, open_places, refuse_places
from claims.models import ClaimAnchor
from tests.at_once import at_once
from tests.claims.marked_article import COMMENT, TEXT, anchored, article_with_text
from tests.desk import errors_in, messages_in, person, tools_on, url_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

WORDS = "people who sleep less than five hours eat more sugar"
#: The passage stands in the body twice, and once in a comment.
TWICE = f"Again: {WORDS}.\n\n{TEXT}\n\nWho says that {WORDS}?"
PLACES = (
    (TWICE.index(WORDS), TWICE.index(WORDS) + len(WORDS)),
    (TWICE.index(WORDS, 99), TWICE.index(WORDS, 99) + len(WORDS)),
)


@pytest.fixture
def by():
    return UserFactory(role="reviewer")


@pytest.fixture
def anchor():
    """Return an ambiguous anchor in a new text; a claim in a comment is found, another is lost."""
    return ambiguous_anchor()


def ambiguous_anchor():
    before = article_with_text(title="Sleep")
    anchored(before, WORDS, statement="Short nights make people crave sweets.")
    anchored(before, COMMENT, voice="reader_comment")
    anchored(before, "Hunger grows at night", statement="Hunger is a matter of the hour.")
    admin = UserFactory(admin=True)
    text = TWICE.replace("grows", "wanes")
    snapshot = import_text(before.article, text, by=admin, now=NOW).snapshot
    correct_body(snapshot, start=0, end=text.index(COMMENT) - 2, by=admin, now=NOW)
    return ClaimAnchor.objects.get(snapshot=snapshot, status="ambiguous")


def chosen(anchor, span, by, opened=None):
    start, end = span
    opened = opened or anchor.state_token
    return choose_place(anchor, start=start, end=end, opened=opened, by=by, now=NOW)


def test_open_places_are_listed_with_the_candidates_on_their_side(anchor):
    lost = open_places(anchor.snapshot)

    assert [(each.anchor.claim.statement, each.candidates) for each in lost] == [
        ("Short nights make people crave sweets.", PLACES),
        ("Hunger is a matter of the hour.", ()),
    ]


def test_chosen_place_is_kept_by_later_imports(anchor, by):
    chosen(anchor, PLACES[1], by)

    import_text(anchor.snapshot.article, anchor.snapshot.text, by=by, now=NOW)
    stored = ClaimAnchor.objects.get(pk=anchor.pk)
    assert (stored.status, stored.start, stored.end, stored.paragraph) == (
        "relocated",
        *PLACES[1],
        3,
    )
    assert [event.pgh_context for event in stored.events.order_by("pgh_id")][-1] == {
        "user": by.pk,
        "reason": "chosen among several places",
    }


def test_none_of_the_places_is_kept_by_later_imports(anchor, by):
    refuse_places(anchor, opened=anchor.state_token, by=by, now=NOW, why=" It was cut. ")

    done = import_text(anchor.snapshot.article, anchor.snapshot.text, by=by, now=NOW)
    stored = ClaimAnchor.objects.get(pk=anchor.pk)
    assert (stored.status, stored.start, stored.orphaned_reason) == (
        "orphaned",
        None,
        "It was cut.",
    )
    assert done.counts == {"exact": 0, "relocated": 1, "ambiguous": 0, "orphaned": 2}
    assert stored.events.order_by("pgh_id").last().pgh_context["reason"] == "It was cut."


def test_place_may_be_chosen_after_all(anchor, by):
    refuse_places(anchor, opened=anchor.state_token, by=by, now=NOW, why="It was cut.")
    anchor.refresh_from_db()

    chosen(anchor, PLACES[0], by)

    anchor.refresh_from_db()
    assert (anchor.status, anchor.start, anchor.orphaned_reason) == ("relocated", PLACES[0][0], "")


def test_place_where_its_words_do_not_stand_is_refused(anchor, by):
    with pytest.raises(IllegalChange, match="The claim's words do not stand there"):
        chosen(anchor, (PLACES[0][0] + 1, PLACES[0][1]), by)


def test_none_of_the_places_needs_a_reason(anchor, by):
    with pytest.raises(IllegalChange, match="Say why"):
        refuse_places(anchor, opened=anchor.state_token, by=by, now=NOW, why=" ")


def test_second_click_changes_nothing(anchor, by):
    opened = anchor.state_token
    chosen(anchor, PLACES[0], by, opened)
    events = ClaimAnchor.objects.get(pk=anchor.pk).events.count()

    chosen(anchor, PLACES[0], by, opened)

    assert ClaimAnchor.objects.get(pk=anchor.pk).events.count() == events


def test_what_somebody_else_settled_is_told(anchor, by):
    opened = anchor.state_token
    chosen(anchor, PLACES[0], by)

    with pytest.raises(Outdated, match=f"it stands at {PLACES[0][0]} to {PLACES[0][1]}"):
        chosen(anchor, PLACES[1], by, opened)
    with pytest.raises(Outdated):
        refuse_places(anchor, opened=opened, by=by, now=NOW, why="It was cut.")


def test_same_reason_is_not_given_twice(anchor, by):
    refuse_places(anchor, opened=anchor.state_token, by=by, now=NOW, why="It was cut.")

    with pytest.raises(AlreadyDone):
        refuse_places(anchor, opened=anchor.state_token, by=by, now=NOW, why="It was cut.")


def test_settling_needs_the_permission(anchor):
    with pytest.raises(NotAllowed):
        chosen(anchor, PLACES[0], UserFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_different_places_at_once_one_is_told():
    anchor, by = ambiguous_anchor(), UserFactory(admin=True)

    outcomes = at_once(*(lambda span=span: chosen(anchor, span, by) for span in PLACES))

    stored = ClaimAnchor.objects.get(pk=anchor.pk)
    won = PLACES.index((stored.start, stored.end))
    assert outcomes[won] is None
    assert isinstance(outcomes[1 - won], Outdated)


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Rita"))
    return client


def places_url(snapshot):
    return reverse("admin:claims_articlesnapshot_places", args=[snapshot.pk])


def settled(client, anchor, **given):
    sent = {"anchor": anchor.pk, "opened": anchor.state_token, **given}
    return client.post(places_url(anchor.snapshot), sent, follow=True)


def test_reviewers_are_offered_the_list(reviewer, anchor):
    assert tools_on(reviewer.get(url_of(anchor.snapshot))) == [
        "Correct the body",
        "Mark claims",
        "Settle 2 places",
    ]


def test_list_shows_each_place_in_its_context(reviewer, anchor):
    page = html.fromstring(reviewer.get(places_url(anchor.snapshot)).content.decode())

    assert [each.text_content().split()[1:] for each in page.xpath("//section/h2")] == [
        ["in", "2", "places"],
        ["not", "found"],
    ]
    assert page.xpath("//mark/text()") == [WORDS, WORDS]
    assert [each.text_content().split()[:4] for each in page.xpath("//q")] == [
        ["Again:", *WORDS.split()[:3]],
        ["Again:", *WORDS.split()[:3]],
    ]
    assert page.xpath("//button[@name='span']/@value") == [f"{a}-{b}" for a, b in PLACES]


def test_place_is_settled_with_a_click(reviewer, anchor):
    response = settled(reviewer, anchor, span=f"{PLACES[1][0]}-{PLACES[1][1]}")

    anchor.refresh_from_db()
    assert (anchor.start, anchor.end) == PLACES[1]
    assert messages_in(response) == [
        f"{anchor.claim.public_id} stands at {PLACES[1][0]} to {PLACES[1][1]}."
    ]


def test_none_of_the_places_is_settled_with_a_reason(reviewer, anchor):
    response = settled(reviewer, anchor, why="It was cut.")

    anchor.refresh_from_db()
    assert anchor.orphaned_reason == "It was cut."
    assert messages_in(response) == [
        f"{anchor.claim.public_id} stays without a place in this text."
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"span": "1-9"}, "The claim's words do not stand there."),
        ({"span": "here"}, "Choose one of the places, or say why it is none of them."),
        ({}, "Say why none of the places is the right one."),
    ],
)
def test_what_is_refused_is_told(reviewer, anchor, given, told):
    assert errors_in(settled(reviewer, anchor, **given)) == [told]


def test_refused_choice_keeps_the_reason_typed(reviewer, anchor):
    sent = {"why": "It was cut.", "opened": "another state"}

    page = html.fromstring(settled(reviewer, anchor, **sent).content.decode())

    assert page.xpath("//input[@name='why']/@value") == ["It was cut."]


def test_anchor_of_another_text_is_not_settled_here(reviewer, anchor):
    other = anchored(article_with_text(title="Other"), WORDS)
    sent = {"anchor": other.pk, "opened": other.state_token, "why": "Gone."}

    assert reviewer.post(places_url(anchor.snapshot), sent).status_code == 404


def test_article_leads_to_the_open_places_of_all_its_texts(reviewer, anchor):
    article, older = anchor.snapshot.article, anchor.snapshot
    newer = import_text(article, TEXT + " More.", by=UserFactory(admin=True), now=NOW).snapshot
    lost = newer.anchors.lost().count()
    [link] = html.fromstring(reviewer.get(places_url(newer)).content.decode()).xpath(
        "//ul[@id='other-texts']/li"
    )

    assert (lost, tools_on(reviewer.get(url_of(article)))) == (
        0,
        ["Import text", "Mark claims", "Settle older texts"],
    )
    assert link.xpath("a/@href") == [places_url(older)]
    assert link.text_content() == f"{older}: 2"
