"""New versions of verdicts, as a page and as a feed."""

from datetime import timedelta

import pytest
from lxml import etree

from tests.claims.reading import part, texts
from tests.factories import NOW, ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def test_changes_tell_what_became_of_what_newest_first(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, conflicting=True, superseded=True)
    VerdictFactory(
        claim=claim,
        version=2,
        supported=True,
        approved=True,
        rated=True,
        created_at=NOW + timedelta(days=1),
    )
    other = VerdictFactory(stale=True)
    VerdictFactory(claim__state="draft")
    VerdictFactory(claim__state="withdrawn")
    VerdictFactory(basis="at_publication")

    response = client.get("/changes/")

    assert response.status_code == 200
    assert texts(response, "statement") == [
        claim.statement,
        other.claim.statement,
        claim.statement,
    ]
    assert texts(response, "rating") == [
        "Contested (conflicting) became Supported Moderate certainty One reviewer",
        "New: Unassessed Provisional",
        "New: Contested (conflicting) Provisional",
    ]
    assert texts(response, "about") == [
        f"{claim.public_id} · version 2",
        f"{other.claim.public_id} · version 1 · out of date since 1 March 2026: A notice appeared.",
        f"{claim.public_id} · version 1 · no longer current",
    ]


def test_version_that_says_the_same_says_so(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, supported=True, superseded=True)
    VerdictFactory(claim=claim, version=2, supported=True)

    assert texts(client.get("/changes/"), "rating")[0] == "Still Supported Provisional"


def test_site_without_verdicts_says_so(client):
    assert "No verdict has been recorded yet." in part(client.get("/changes/"), "content")


def test_long_list_of_changes_comes_in_pages(client):
    VerdictFactory.create_batch(51)

    assert len(texts(client.get("/changes/?page=2"), "statement")) == 1


def test_feed_tells_the_same(client):
    verdict = VerdictFactory(supported=True, summary="It does.")
    VerdictFactory(claim__state="draft")

    response = client.get("/changes/atom.xml")

    (entry,) = etree.fromstring(response.content).findall(f"{ATOM}entry")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert entry.findtext(f"{ATOM}title") == f"Supported: {verdict.claim.statement}"
    assert entry.findtext(f"{ATOM}summary") == "It does. (Provisional.)"
    assert entry.findtext(f"{ATOM}updated") == "2026-03-01T12:00:00+00:00"
    assert entry.find(f"{ATOM}link").get("href").endswith(verdict.claim.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_changes_take_two_queries(client, rows, django_assert_num_queries):
    VerdictFactory.create_batch(rows)

    with django_assert_num_queries(2):
        client.get("/changes/")


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_takes_one_query(client, rows, django_assert_num_queries):
    VerdictFactory.create_batch(rows)

    with django_assert_num_queries(1):
        client.get("/changes/atom.xml")
