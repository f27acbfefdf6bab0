import pytest

from claims.models import Verdict
from tests.claims.api_world import ROOT
from tests.factories import ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def test_change_tells_what_was_said_before(client):
    claim = ClaimFactory()
    before = VerdictFactory(claim=claim, superseded=True)
    VerdictFactory(claim=claim, basis="at_publication", version=3)
    after = VerdictFactory(claim=claim, version=4, supported=True, rated=True)

    first, second = client.get(f"{ROOT}changes/").json()["results"]

    assert first["was"] is None
    assert second == {
        "id": after.public_id,
        "event": "verdict_recorded",
        "at": "2026-03-01T12:00:00Z",
        "claim": {
            "id": claim.public_id,
            "key": claim.key,
            "url": f"{SITE}/claims/{claim.public_id}/",
            "api_url": f"{SITE}{ROOT}claims/{claim.public_id}/",
        },
        "verdict": {
            "id": after.public_id,
            "verdict": "supported",
            "contested_kind": None,
            "certainty": "moderate",
            "framework": "grade",
            "review_status": 0,
            "summary": "Nothing has been collected yet.",
            "ruleset_version": "1",
            "rule": "V5",
            "as_of": "2026-03-01T12:00:00Z",
            "stale_since": None,
            "provisional": True,
            "stale_reason": None,
        },
        "was": {
            "id": before.public_id,
            "verdict": "unassessed",
            "contested_kind": None,
            "certainty": "not_rated",
        },
    }


def test_follower_gets_each_change_once_in_order(client):
    address, seen = f"{ROOT}changes/?page_size=2", []
    for number in (3, 0, 1, 4):
        VerdictFactory.create_batch(number)
        while True:
            page = client.get(address).json()
            seen += [change["id"] for change in page["results"]]
            address = page["resume"]
            if page["next"] is None:
                break

    assert seen == [verdict.public_id for verdict in Verdict.objects.order_by("pk")]
    assert len(seen) == 8


def test_changes_of_one_claim(client):
    verdict, _ = VerdictFactory.create_batch(2)

    rows = client.get(f"{ROOT}changes/", {"claim": verdict.claim.key}).json()["results"]

    assert [row["id"] for row in rows] == [verdict.public_id]
