"""What the API says of a trial's registration, and how a trial is found by its other names."""

import pytest

from sources.clinicaltrials_json import parse_study
from tests.claims.api_world import ROOT
from tests.factories import RegistrationAliasFactory, RegistrationChangeFactory, TrialFactory
from tests.standins.records import FIXTURES

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def test_posted_results_and_references_are_told_as_the_registry_has_them(client):
    record = parse_study((FIXTURES / "clinicaltrials" / "complete.json").read_bytes())
    trial = TrialFactory(
        fetched=True,
        posted_results=record.posted_results,
        references=record.references,
        last_known_status="RECRUITING",
        start_date="2017-02-01",
        start_date_type="ACTUAL",
    )

    body = client.get(f"{ROOT}trials/{trial.registry_id}/").json()

    assert body["posted_results"] == record.posted_results
    assert body["references"] == record.references
    assert (body["start_date"], body["start_date_type"]) == ("2017-02-01", "ACTUAL")
    assert body["last_known_status"] == "RECRUITING"


def test_changes_of_the_registration_are_told_oldest_first(client):
    trial = TrialFactory(fetched=True)
    RegistrationChangeFactory(trial=trial, before=300, after=200, acknowledged=True)
    RegistrationChangeFactory(trial=trial, field="status", before="RECRUITING", after="COMPLETED")

    body = client.get(f"{ROOT}trials/{trial.registry_id}/").json()

    assert body["registration_changes"] == [
        {
            "field": "enrollment",
            "before": 300,
            "after": 200,
            "basis": "registered",
            "noticed_at": "2026-03-01T12:00:00Z",
            "update_posted": None,
            "acknowledged_at": "2026-03-01T12:00:00Z",
        },
        {
            "field": "status",
            "before": "RECRUITING",
            "after": "COMPLETED",
            "basis": "registered",
            "noticed_at": "2026-03-01T12:00:00Z",
            "update_posted": None,
            "acknowledged_at": None,
        },
    ]


def test_trials_whose_registration_changed_are_listed_once(client):
    changed = TrialFactory()
    TrialFactory()
    RegistrationChangeFactory.create_batch(2, trial=changed)

    rows = client.get(f"{ROOT}trials/?changed=true").json()["results"]

    assert [row["id"] for row in rows] == [changed.registry_id]


def test_an_old_number_is_moved_for_good(client):
    trial = TrialFactory(registry_id="NCT00790205")
    RegistrationAliasFactory(trial=trial, registry_id="NCT00000009")

    moved = client.get(f"{ROOT}trials/nct00000009/")

    address = f"{SITE}{ROOT}trials/NCT00790205/"
    assert (moved.status_code, moved["Location"]) == (301, address)
    assert client.get(f"{ROOT}trials/NCT00790205/").json()["former_ids"] == ["NCT00000009"]


@pytest.mark.parametrize("name", ["SAVIOR", "savor-timi 53", "SAVOR"])
def test_a_name_of_one_trial_leads_to_it(client, name):
    TrialFactory(registry_id="NCT01107886", acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])

    found = client.get(f"{ROOT}trials/{name}/")

    assert (found.status_code, found["Location"]) == (302, f"{SITE}{ROOT}trials/NCT01107886/")


def test_a_name_of_several_trials_is_a_problem_that_lists_them(client):
    TrialFactory(registry_id="NCT00000001", acronym="HEART")
    TrialFactory(registry_id="NCT00000002", acronym="HEART")

    answer = client.get(f"{ROOT}trials/heart/")

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (
        409,
        f"{SITE}{ROOT}problems/#ambiguous-name",
    )
    assert problem["detail"] == (
        "heart may be any of these: HEART (NCT00000001), HEART (NCT00000002). Ask for its number."
    )
    assert [each["id"] for each in problem["candidates"]] == ["NCT00000001", "NCT00000002"]
    assert client.get(problem["candidates"][1]["api_url"]).json()["id"] == "NCT00000002"


@pytest.mark.parametrize("name", ["NCT99999999", "NOBODY", "-"])
def test_what_no_trial_is_called_is_not_found(client, name):
    TrialFactory(acronym="SAVOR")

    assert client.get(f"{ROOT}trials/{name}/").status_code == 404
