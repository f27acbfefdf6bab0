"""The first article with its real text, where that is at hand: every passage in its place."""

import re

import pytest
from django.contrib.auth import get_user_model

from claims.actions.articles import import_text
from claims.models import Article, ClaimAnchor
from tests.claims.reading import page_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

FILE = "article/a_new_paradigm_of_insulin_resistance.txt"


@pytest.fixture
def text(loaded, shared_data):
    file = shared_data / FILE
    if not file.exists():
        pytest.skip(f"no text of the article at {file}")
    text = file.read_text()
    by = get_user_model().objects.get(username="initial-curation")
    import_text(Article.objects.get(), text, by=by, now=NOW)
    return text


def marked(response):
    """Return the words under each claim's marks."""
    found = {}
    for mark in page_of(response).xpath("//mark"):
        found.setdefault(mark.get("data-claim"), []).append(mark.text_content())
    return {claim: "".join(pieces) for claim, pieces in found.items()}


def shown(response):
    """Return all that is shown of the text, without its blanks and the signs before passages."""
    pieces = page_of(response).xpath("//p[@class='text']//text()[not(ancestor::a)]")
    return "".join("".join(pieces).split())


def unmarked(response):
    """Return what is shown of the text under no mark."""
    marks = "not(ancestor::a) and not(ancestor::mark)"
    return "".join(page_of(response).xpath(f"//p[@class='text']//text()[{marks}]"))


def passages(text, **where):
    anchors = ClaimAnchor.objects.filter(**where)
    return {f"CLM-{anchor.claim_id}": text[anchor.start : anchor.end] for anchor in anchors}


def test_public_reads_each_passage_of_the_author_and_nothing_else(client, text):
    response = client.get(Article.objects.get().get_absolute_url())

    expected = passages(text, claim__voice="author")
    assert marked(response) == expected
    assert len(expected) == 76
    # What is shown besides are ellipses, and the points and blanks between two passages.
    others = re.sub(r"\W|_", "", unmarked(response))
    assert others == ""


def test_reviewer_reads_the_whole_body_and_the_comments_with_claims(client, text):
    client.force_login(UserFactory(role="reviewer"))

    response = client.get(Article.objects.get().get_absolute_url())

    assert marked(response) == passages(text)
    snapshot = Article.objects.get().snapshots.get()
    body = "".join(text[snapshot.body_start : snapshot.body_end].split())
    assert shown(response).startswith(body)
