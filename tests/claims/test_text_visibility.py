"""What the public can get at of an article's text: walked as nobody in particular, link by link."""

import json
import re

import pytest
from lxml import html

from claims.actions.verdicts import derive_verdicts
from claims.exports import EXPORTS
from tests.claims.api_world import ROOT
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    EvidenceItemFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SAID = "Zephyrs open every door in town"
UNSAID = "Xylophones were tuned by quokkas yesterday"
COMMENT = "Yesterday wombats nibbled my sugar"
TEXT = f"Vuvuzelas\n\n{UNSAID}. {SAID}. {UNSAID}.\n\n{UNSAID}.\n\n{COMMENT}"
#: Words that stand in the text outside the passages of the author's claims.
HIDDEN = {"vuvuzelas", "xylophones", "tuned", "quokkas", "wombats", "nibbled"}
SITE = "http://localhost:8000"


@pytest.fixture
def article():
    """An article with an imported text, and something on every kind of page."""
    article = ArticleFactory(key="doors", url="https://example.org/doors")
    claim = ClaimFactory(article=article, topics=["liver"])
    EvidenceItemFactory(claim=claim, judged=True)
    EvidenceItemFactory(claim=claim, judged=True, of_trial=True)
    CitationFactory(claim=claim, resolved=True)
    derive_verdicts([claim], by=UserFactory(), now=NOW)
    comment = TEXT.index(COMMENT)
    outline = {
        "sections": [{"key": "S0", "label": "the door", "start": 11, "end": comment - 2}],
        "paragraphs": [
            {"number": 1, "section": "S0", "start": 11, "end": TEXT.index("\n\n", 11)},
        ],
        "comments": [{"number": 1, "start": comment, "end": len(TEXT)}],
    }
    snapshot = ArticleSnapshotFactory(
        article=article, text=TEXT, outline=outline, body_start=11, body_end=comment - 2
    )
    start = TEXT.index(SAID)
    place = {"start": start, "end": start + len(SAID), "exact": True}
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, **place)
    reader = ClaimFactory(article=article, voice="reader_comment")
    place = {"start": comment, "end": len(TEXT), "section": "", "paragraph": None, "comment": 1}
    ClaimAnchorFactory(claim=reader, snapshot=snapshot, exact=True, **place)
    return article


def walk(client, *starts):
    """Return the bodies of all pages, feeds and API answers that links lead to from these."""
    bodies, waiting = {}, list(starts)
    while waiting:
        address = waiting.pop()
        if address in bodies:
            continue
        response = client.get(address, follow=True)
        bodies[address] = response.getvalue().decode() if response.status_code == 200 else ""
        waiting += _links(response, bodies[address])
    return bodies


def _links(response, body):
    if response["Content-Type"].startswith("text/html") and body:
        found = html.fromstring(body).xpath("//a/@href | //link/@href")
    else:
        found = re.findall(rf'{SITE}(/[^"\s<]*)', body)
    addresses = {address.removeprefix(SITE).partition("#")[0] for address in found}
    skipped = ("/static/", "/admin/", "/api/v1/docs")
    return sorted(a for a in addresses if a.startswith("/") and not a.startswith(skipped))


def leaks(bodies, words):
    return sorted(
        (address, word)
        for address, body in bodies.items()
        for word in words
        if word in body.lower()
    )


def test_public_gets_no_sentence_outside_the_passages(client, article):
    bodies = walk(client, "/", ROOT, f"{article.get_absolute_url()}?verdict=supported")

    assert leaks(bodies, HIDDEN) == []
    assert {address for address, _ in leaks(bodies, {SAID.lower()})} >= {article.get_absolute_url()}
    assert len(bodies) > 30


def test_person_without_permission_gets_no_more_than_the_public(client, article):
    client.force_login(UserFactory())

    assert leaks(walk(client, article.get_absolute_url()), HIDDEN) == []


def test_readers_words_are_nowhere_even_where_the_whole_text_is_shown(client, article):
    article.text_visibility = "full"
    article.save()

    bodies = walk(client, "/", ROOT)

    assert leaks(bodies, {"wombats", "nibbled", "vuvuzelas"}) == []
    assert {address for address, _ in leaks(bodies, {"quokkas"})} == {
        address for address in bodies if address.startswith(article.get_absolute_url())
    }


@pytest.mark.parametrize("kind", sorted(EXPORTS))
def test_exports_hold_nothing_of_the_text(article, kind):
    rows = json.dumps(list(EXPORTS[kind]()), default=str).lower()

    assert [word for word in {*HIDDEN, "zephyrs"} if word in rows] == []
