"""A passage in which a claim is not made after all is taken from it, by name and with a reason."""

import pytest
from django.urls import reverse

from claims.actions.articles import import_text
from claims.actions.errors import AlreadyDone, IllegalChange, NotAllowed
from claims.actions.marking import attach_span
from claims.actions.places import detach
from claims.models import ClaimAnchor
from tests.claims.marked_article import TEXT, anchored, article_with_text, span_of
from tests.desk import errors_in, messages_in, person, tools_on, url_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

WORDS = "people who sleep less than five hours eat more sugar"
AGAIN = "twelve men slept four hours"


@pytest.fixture
def by():
    return UserFactory(role="reviewer")


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "rita"))
    return client


@pytest.fixture
def further(by):
    """Return the second passage of a claim, which stands in two texts of the article."""
    snapshot = article_with_text(title="Sleep")
    first = anchored(snapshot, WORDS, statement="Short nights make people crave sweets.")
    made = attach_span(snapshot, first.claim, **span_of(AGAIN), by=by, now=NOW)
    admin = UserFactory(admin=True)
    import_text(snapshot.article, f"New.\n\n{TEXT}", by=admin, now=NOW)
    return made.anchor


def first_of(further):
    return further.claim.anchors.order_by("pk").first()


def test_detached_passage_is_gone_from_every_text_and_stays_gone(further, by):
    assert further.claim.anchors.count() == 4

    detach(further, by=by, now=NOW, why="It speaks of men alone.")
    import_text(further.snapshot.article, f"Newer.\n\n{TEXT}", by=UserFactory(admin=True), now=NOW)

    words = set(further.claim.anchors.values_list("fingerprint_sha256", flat=True))
    assert words == {first_of(further).fingerprint_sha256}


def test_history_keeps_the_detached_passage_with_who_and_why(further, by):
    detach(further, by=by, now=NOW, why=" It speaks of men alone. ")

    event = ClaimAnchor.pgh_event_model.objects.filter(pgh_obj_id=further.pk).latest("pgh_id")
    assert (event.pgh_label, event.start, event.end, event.pgh_context) == (
        "delete",
        further.start,
        further.end,
        {"user": by.pk, "reason": "It speaks of men alone."},
    )


def test_passage_in_which_a_claim_was_first_marked_stays(further, by):
    with pytest.raises(IllegalChange, match="was first marked"):
        detach(first_of(further), by=by, now=NOW, why="Wrong.")

    assert further.claim.anchors.count() == 4


def test_claim_of_another_article_is_detached_altogether(further, by):
    other = article_with_text(title="Other")
    shared = attach_span(other, further.claim, **span_of(WORDS), by=by, now=NOW).anchor

    detach(shared, by=by, now=NOW, why="Another claim.")

    assert not other.anchors.exists()
    assert further.claim.anchors.count() == 4


def test_detaching_twice_is_told(further, by):
    detach(further, by=by, now=NOW, why="Wrong.")

    with pytest.raises(AlreadyDone, match="no more"):
        detach(further, by=by, now=NOW, why="Wrong.")


def test_detaching_needs_a_reason(further, by):
    with pytest.raises(IllegalChange, match="Say why"):
        detach(further, by=by, now=NOW, why=" ")


def test_detaching_needs_the_permission(further):
    with pytest.raises(NotAllowed):
        detach(further, by=UserFactory(), now=NOW, why="Wrong.")


def test_reviewer_detaches_from_the_page_of_the_place(reviewer, further):
    tool = reverse("admin:claims_claimanchor_detach", args=[further.pk])

    page = reviewer.get(url_of(further))
    refused = reviewer.post(tool, {"why": ""})
    done = reviewer.post(tool, {"why": "It speaks of men alone."}, follow=True)

    assert tools_on(page) == ["Detach"]
    assert errors_in(refused) == ["This field is required."]
    assert messages_in(done) == [f"{further.claim.public_id} is made in that passage no more."]
    assert done.redirect_chain[-1][0] == url_of(further.claim)
    assert not ClaimAnchor.objects.filter(pk=further.pk).exists()


def test_first_passage_offers_no_detaching(reviewer, further):
    assert tools_on(reviewer.get(url_of(first_of(further)))) == []


def test_claims_page_leads_to_its_places(reviewer, further):
    page = reviewer.get(url_of(further.claim)).content.decode()

    assert f'<a href="{url_of(further)}">{further.start} to {further.end}</a>' in page
