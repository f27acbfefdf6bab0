"""The first article on renditions of its real text: what the data set anchors is found, or said to be lost."""

import hashlib
from collections import Counter

import pytest

from claims.actions.articles import import_page, import_text
from claims.actions.people import initial_curation
from claims.models import ArticleSnapshot, ClaimAnchor
from tests.claims.renditions import TEXTS, one_word_changed, tagged
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def counts(**found):
    return {"exact": 0, "relocated": 0, "ambiguous": 0, "orphaned": 0} | found


@pytest.fixture
def by():
    return initial_curation()


@pytest.fixture
def real(loaded, shared_data):
    """Return the data set's article, its text and the end of its body."""
    snapshot = ArticleSnapshot.objects.get(article__key="fung-new-paradigm-insulin-resistance")
    for file in (shared_data / "article").glob("*.txt"):
        text = file.read_text("utf-8")
        if hashlib.sha256(text.encode()).hexdigest() == snapshot.sha256:
            return snapshot.article, text, snapshot.body_end
    pytest.skip("the text that the data set describes is not there")


@pytest.mark.parametrize("name", TEXTS)
def test_claims_of_the_first_article_are_found(real, by, name):
    article, text, body_end = real
    voices = Counter(ClaimAnchor.objects.values_list("claim__voice", flat=True))

    done = import_text(article, TEXTS[name](text, body_end), by=by, now=NOW)

    everyone = sum(voices.values())
    assert done.counts == {
        "same text": counts(exact=everyone),
        "comments removed": counts(relocated=voices["author"], orphaned=voices["reader_comment"]),
    }.get(name, counts(relocated=everyone))


def test_claims_of_the_first_article_are_found_on_a_page(real, by):
    article, text, body_end = real

    everyone = ClaimAnchor.objects.count()

    done = import_page(article, tagged(text, body_end).encode(), by=by, now=NOW)

    assert done.counts == counts(relocated=everyone)


def test_changed_word_of_the_first_article_orphans_the_claims_over_it(real, by):
    article, text, _ = real
    anchors = list(ClaimAnchor.objects.order_by("start"))
    changed = anchors[len(anchors) // 3]
    other = one_word_changed(text, (changed.start, changed.end))
    place = other.index("zzyzx")

    done = import_text(article, other, by=by, now=NOW)

    over = {anchor.claim_id for anchor in anchors if anchor.start <= place < anchor.end}
    lost = done.snapshot.anchors.filter(status="orphaned").values_list("claim_id", flat=True)
    assert set(lost) == over
