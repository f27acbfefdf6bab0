"""The page on which claims are marked in an article's text, used as without a script."""

import pytest
from django.urls import reverse
from lxml import html

from claims.models import Claim, ClaimAnchor
from tests.claims.marked_article import (
    COMMENT,
    FIRST,
    TEXT,
    anchored,
    article_with_text,
    span_of,
)
from tests.desk import errors_in, messages_in, person, tools_on, url_of
from tests.factories import ArticleSnapshotFactory, ClaimFactory

pytestmark = pytest.mark.django_db

WORDS = "people who sleep less than five hours eat more sugar"
STATEMENT = "Short nights make people crave sweets."


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Rita"))
    return client


@pytest.fixture
def snapshot():
    return article_with_text(title="Sleep")


def marking_url(snapshot):
    return reverse("admin:claims_articlesnapshot_mark-claims", args=[snapshot.pk])


def opened(client, snapshot, **given):
    return client.get(marking_url(snapshot), given)


def sent(client, snapshot, do, words=WORDS, **given):
    """Open the page with these words selected and send one of its forms."""
    page = html.fromstring(opened(client, snapshot, **span_of(words)).content.decode())
    [form] = page.xpath(f"//section[@id='{do}']//form")
    typed = {f"{do}-{name}": value for name, value in given.items()}
    return client.post(marking_url(snapshot), dict(form.form_values()) | typed, follow=True)


def mark(client, snapshot, **given):
    return sent(
        client, snapshot, "mark", **{"statement": STATEMENT, "claim_type": "causation"} | given
    )


def texts(response, path):
    page = html.fromstring(response.content.decode())
    return [" ".join(each.text_content().split()) for each in page.xpath(path)]


def test_reviewers_are_offered_the_page(reviewer, snapshot):
    assert tools_on(reviewer.get(url_of(snapshot))) == ["Correct the body", "Mark claims"]
    assert tools_on(reviewer.get(url_of(snapshot.article))) == ["Import text", "Mark claims"]


def test_page_shows_the_text_with_its_claims(reviewer, snapshot):
    claim = anchored(snapshot, WORDS).claim

    response = opened(reviewer, snapshot)

    page = html.fromstring(response.content.decode())
    blocks = page.xpath("//*[@data-start]")
    assert [(int(each.get("data-start")), each.text_content()) for each in blocks] == [
        (TEXT.index(block), block) for block in TEXT.split("\n\n")
    ]
    assert [(each.text_content(), each.get("data-ending")) for each in page.xpath("//mark")] == [
        (WORDS, claim.public_id)
    ]


def test_passage_is_found_by_its_words(reviewer, snapshot):
    response = opened(reviewer, snapshot, passage="People who SLEEP less than\nfive hours")

    assert texts(response, "//blockquote") == ["people who sleep less than five hours"]


def test_passage_that_stands_twice_is_to_be_chosen(reviewer, snapshot):
    text = f"{TEXT}\n\nAs said: {WORDS}."
    twice = article_with_text(text=text, body=(0, len(text)))

    response = opened(reviewer, twice, passage=WORDS)

    second = text.rindex(WORDS)
    page = html.fromstring(response.content.decode())
    links = page.xpath("//ol[@class='desk-places']//a/@href")
    assert links[1] == f"?start={second}&end={second + len(WORDS)}"
    assert len(links) == 2
    assert texts(reviewer.get(marking_url(twice) + links[1]), "//blockquote") == [WORDS]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"passage": "No such words stand here"}, "These words do not stand in the text, one after the other. Paste a shorter piece of it."),
        ({"passage": " "}, "Paste a passage, or say where it begins and ends."),
        ({"start": "5"}, "Paste a passage, or say where it begins and ends."),
        ({"start": "5", "end": "x"}, "Enter a whole number."),
        ({"start": "900", "end": "901"}, f"A passage lies between 0 and {len(TEXT)} and ends after it begins."),
    ],
    ids=["unknown", "blank", "half", "no number", "outside"],
)  # fmt: skip
def test_what_is_no_passage_is_told(reviewer, snapshot, given, told):
    assert errors_in(opened(reviewer, snapshot, **given)) == [told]


def test_claims_that_touch_the_passage_are_shown(reviewer, snapshot):
    around = anchored(snapshot, FIRST).claim
    inside = anchored(snapshot, "less than five hours").claim
    anchored(snapshot, COMMENT, voice="reader_comment")
    elsewhere = anchored(article_with_text(title="Other"), WORDS).claim

    response = opened(reviewer, snapshot, **span_of(WORDS))

    assert texts(response, "//ul[@class='desk-touching']/li") == [
        f"{around.public_id} {around.statement} (around your passage, in review)",
        f"{inside.public_id} {inside.statement} (inside your passage, in review)",
        f"{elsewhere.public_id} {elsewhere.statement} (Other): it is the same claim",
    ]


def test_claim_is_made_from_the_passage(reviewer, snapshot):
    response = mark(reviewer, snapshot, topics="sleep, sugar", note="Worded broadly.")

    claim = Claim.objects.get()
    assert (claim.statement, claim.claim_type, claim.topics, claim.note, claim.state) == (
        STATEMENT,
        "causation",
        ["sleep", "sugar"],
        "Worded broadly.",
        "draft",
    )
    anchor = claim.anchors.get()
    assert {"start": anchor.start, "end": anchor.end} == span_of(WORDS)
    assert response.redirect_chain == [(url_of(claim), 302)]
    assert messages_in(response)[0].startswith(f"{claim.public_id} is made, as a draft.")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"statement": ""}, "This field is required."),
        ({"statement": f"{WORDS.upper()}."}, "The statement repeats the passage. Say in your own words what is claimed: one sentence that can be understood without the article."),
        ({"statement": "No full stop"}, "A statement is one sentence of at most 300 characters that ends with a full stop."),
        ({"claim_type": "value"}, "A value claim is never checkable."),
        ({"key": "taken"}, "Key: Claim with this Key already exists."),
    ],
    ids=["empty", "copied", "no sentence", "value", "key"],
)  # fmt: skip
def test_claim_that_will_not_do_is_refused_and_what_was_typed_is_kept(
    reviewer, snapshot, given, told
):
    ClaimFactory(key="taken")

    response = mark(reviewer, snapshot, note="Kept.", **given)

    assert errors_in(response) == [told]
    assert texts(response, "//textarea[@name='mark-note']") == ["Kept."]
    assert not ClaimAnchor.objects.exists()


def test_claim_marked_meanwhile_is_told_and_the_form_may_be_sent_again(reviewer, snapshot):
    page = html.fromstring(opened(reviewer, snapshot, **span_of(WORDS)).content.decode())
    [form] = page.xpath("//section[@id='mark']//form")
    first = {"mark-statement": STATEMENT, "mark-claim_type": "causation"}
    other = anchored(snapshot, WORDS).claim

    response = reviewer.post(marking_url(snapshot), dict(form.form_values()) | first)
    again = html.fromstring(response.content.decode()).xpath("//section[@id='mark']//form")[0]
    reviewer.post(marking_url(snapshot), dict(again.form_values()))

    [told] = errors_in(response)
    assert told.startswith(
        "Somebody has marked a claim here since you selected the passage: "
        f"{other.public_id} “{other.statement}”"
    )
    assert texts(response, "//textarea[@name='mark-statement']") == [STATEMENT]
    assert Claim.objects.exclude(pk=other.pk).get().statement == STATEMENT


def test_form_sent_twice_makes_one_claim(reviewer, snapshot):
    page = html.fromstring(opened(reviewer, snapshot, **span_of(WORDS)).content.decode())
    [form] = page.xpath("//section[@id='mark']//form")
    first = {"mark-statement": STATEMENT, "mark-claim_type": "causation"}
    given = dict(form.form_values()) | first

    responses = [reviewer.post(marking_url(snapshot), given, follow=True) for _ in range(2)]

    claim = Claim.objects.get()
    assert [response.redirect_chain for response in responses] == [[(url_of(claim), 302)]] * 2
    assert messages_in(responses[1]) == [f"{claim.public_id} was made from this passage already."]


@pytest.mark.parametrize("named", ["public_id", "key"])
def test_passage_is_added_to_a_known_claim(reviewer, snapshot, named):
    claim = ClaimFactory()

    response = sent(reviewer, snapshot, "attach", claim=getattr(claim, named).upper())

    assert claim.anchors.get().snapshot == snapshot
    assert messages_in(response) == [
        f'<a href="{url_of(claim)}">{claim.public_id}</a> stands here too.'
    ]


def test_claim_that_is_not_known_cannot_be_attached(reviewer, snapshot):
    response = sent(reviewer, snapshot, "attach", claim="CLM-999999")

    assert errors_in(response) == ["There is no claim “CLM-999999”: give CLM-12 or a key."]


def test_same_words_elsewhere_are_one_click_from_being_attached(reviewer, snapshot):
    claim = anchored(article_with_text(title="Other"), WORDS).claim
    page = html.fromstring(opened(reviewer, snapshot, **span_of(WORDS)).content.decode())
    [link] = page.xpath("//a[text()='it is the same claim']/@href")

    filled = html.fromstring(reviewer.get(marking_url(snapshot) + link).content.decode())

    assert filled.xpath("//input[@name='attach-claim']/@value") == [claim.public_id]


def test_text_that_is_not_here_cannot_be_marked(reviewer):
    assert opened(reviewer, ArticleSnapshotFactory()).status_code == 404


def test_marking_needs_the_permission(client, snapshot):
    reader = person("reviewer", "Rita")
    reader.groups.clear()
    client.force_login(reader)

    assert opened(client, snapshot).status_code == 403


@pytest.mark.parametrize("claims", [1, 3])
def test_page_takes_a_constant_number_of_queries(
    reviewer, snapshot, claims, django_assert_num_queries
):
    for _ in range(claims):
        anchored(snapshot, WORDS)

    with django_assert_num_queries(14):
        opened(reviewer, snapshot, **span_of(WORDS))
