"""The stand-in answers as ClinicalTrials.gov's API v2 was seen to do."""

import pytest
import requests

from tests.standins.clinicaltrials import canonical
from tests.standins.faults import HTML, fault
from tests.standins.servers import ClinicalTrialsStandin
from tests.standins.trials import study

STUDIES = {
    "NCT00790205": study("NCT00790205", "First", acronym="TECOS", aliases=["NCT00000009"]),
    "NCT01107886": study("NCT01107886", "Second", enrollment=16492),
    "NCT00000620": study("NCT00000620", "Third"),
}


@pytest.fixture
def standin():
    with ClinicalTrialsStandin(STUDIES) as server:
        yield server


def get(standin, path, **options):
    return requests.get(f"{standin.url}{path}", timeout=5, allow_redirects=False, **options)


def nct(reply):
    return reply.json()["protocolSection"]["identificationModule"]["nctId"]


@pytest.mark.parametrize("asked", ["NCT00790205", "nct00790205", "NCT790205"])
def test_study_is_found_by_its_number(standin, asked):
    reply = get(standin, f"studies/{asked}")

    assert (reply.status_code, reply.content) == (200, STUDIES["NCT00790205"])
    assert reply.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("studies/NCT99999999", 404, "NCT number NCT99999999 not found"),
        ("studies/ABC123", 400, "Parameter `nctId` has incorrect format"),
        (
            "studies?filter.ids=NCT00790205,x",
            400,
            "Item 2 in parameter `filter.ids` has incorrect format",
        ),
        ("studies?query.recrs=x", 400, "`query.recrs` is unknown parameter"),
    ],
)
def test_errors_are_plain_text(standin, path, status, said):
    reply = get(standin, path)

    assert (reply.status_code, reply.text) == (status, said)
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_other_path_is_a_page(standin):
    reply = get(standin, "openapi.yaml")

    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "text/html")


def test_alias_answers_with_a_redirect(standin):
    reply = get(standin, "studies/NCT00000009")

    assert (reply.status_code, reply.headers["Location"]) == (301, "/api/v2/studies/NCT00790205")


def test_unchanged_study_is_304(standin):
    etag = get(standin, "studies/NCT00790205").headers["ETag"]

    again = get(standin, "studies/NCT00790205", headers={"If-None-Match": etag})
    other = get(standin, "studies/NCT01107886", headers={"If-None-Match": etag})

    assert [again.status_code, again.content, other.status_code] == [304, b"", 200]


def test_list_of_unknown_numbers_is_empty(standin):
    reply = get(standin, "studies?filter.ids=NCT99999999")

    assert (reply.status_code, reply.content) == (200, b'{"studies":[  ]}')


def test_pages_chain_to_an_end_without_a_token(standin):
    first = get(standin, "studies?pageSize=2&countTotal=true").json()
    last = get(standin, f"studies?pageSize=2&pageToken={first['nextPageToken']}").json()

    assert [len(first["studies"]), len(last["studies"])] == [2, 1]
    assert [first["totalCount"], "nextPageToken" in last] == [3, False]


def test_version_is_told(standin):
    assert get(standin, "version").json()["apiVersion"] == "2.0.5"


def test_requests_over_the_rate_are_turned_away():
    with ClinicalTrialsStandin(STUDIES, rate=1) as standin:
        statuses = [get(standin, "version").status_code for _ in range(2)]

    assert statuses == [200, 429]


@pytest.mark.parametrize(
    ("planned", "status", "said"),
    [
        (fault("vanish", ids=["NCT00790205"]), 404, "NCT number NCT00790205 not found"),
        (fault("unknown", nct="NCT00790205"), 404, "NCT number NCT00790205 not found"),
        (fault("404-page"), 404, "<!DOCTYPE html><html><title>Page not found</title></html>"),
        (fault("429", retry_after=3), 429, "Too Many Requests"),
        (fault("html", status=502), 502, HTML.decode()),
    ],
)
def test_faults_can_be_played(planned, status, said):
    with ClinicalTrialsStandin(STUDIES, faults=[planned]) as standin:
        reply = get(standin, "studies/NCT00790205")

    assert (reply.status_code, reply.text) == (status, said)


def test_other_study_can_be_given():
    planned = fault("wrong_record", ids=["NCT00790205"], instead="NCT01107886")

    with ClinicalTrialsStandin(STUDIES, faults=[planned]) as standin:
        assert nct(get(standin, "studies/NCT00790205")) == "NCT01107886"


def test_study_can_change_between_two_fetches():
    planned = fault("change", ids=["NCT00790205"], after=1, title="Renamed")

    with ClinicalTrialsStandin(STUDIES, faults=[planned]) as standin:
        bodies = [get(standin, "studies/NCT00790205").content for _ in range(2)]

    assert bodies == [STUDIES["NCT00790205"], study("NCT00790205", "Renamed")]


def test_canonical_number_has_eight_digits():
    assert canonical("nct0620") == "NCT00000620"
