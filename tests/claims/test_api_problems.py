import pytest
from django.urls import path

from claims.api.problems import ProblemJSON
from claims.api.views import Resource
from tests.claims.api_world import ROOT
from tests.factories import ClaimFactory

pytestmark = pytest.mark.django_db


class Crash(Resource):
    tag = summary = "crash"
    shape = ProblemJSON

    def read(self, **names):
        raise ZeroDivisionError("a secret")


urlpatterns = [path("api/v1/crash/", Crash.as_view())]

TYPES = "http://localhost:8000/api/v1/problems/#"


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    return response.json()


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "http://localhost:8000"


@pytest.mark.parametrize(
    "path",
    [
        "no-such-thing/",
        "articles/none/",
        "articles/none/citations/",
        "articles/%00/citations/",
        "claims/CLM-999/",
        "claims/no-such-claim/",
        "claims/CLM-999/evidence/",
        "claims/CLM-999/verdicts/",
        "claims/CLM-999/citations/",
        "claims/CLM-999/relations/",
        "claims/CLM-99999999999999999999/",
        "claims/%00/",
        "claims/%00/evidence/",
        "evidence/EVI-999/",
        "evidence/EVI-x/",
        "publications/1/",
        "publications/10.5555/none/",
        "publications/%00/",
        "trials/NCT99999999/",
    ],
)
def test_address_of_nothing_is_a_404_problem(client, path):
    response = client.get(ROOT + path)

    assert problem(response) == {
        "type": f"{TYPES}not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing at this address.",
        "instance": ROOT + path,
    }
    assert response.status_code == 404


def test_address_beside_the_version_is_a_404_problem(client):
    response = client.get("/api/v2/claims/")

    assert problem(response)["status"] == response.status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_a_405_problem_that_names_the_allowed(client, method):
    response = getattr(client, method)(f"{ROOT}claims/")

    assert problem(response) == {
        "type": f"{TYPES}method-not-allowed",
        "title": "Method not allowed",
        "status": 405,
        "detail": f'Method "{method.upper()}" not allowed.',
        "instance": f"{ROOT}claims/",
    }
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_client_that_takes_no_json_gets_a_406_problem(client):
    response = client.get(f"{ROOT}claims/", headers={"Accept": "text/html"})

    assert problem(response)["type"] == f"{TYPES}not-acceptable"
    assert response.status_code == 406


def test_unknown_parameter_is_named_with_the_one_that_may_be_meant(client):
    response = client.get(f"{ROOT}publications/", {"yaer": "2015"})

    takes = "one of abstract_state, cursor, fetched, identity, integrity, page_size, year"
    detail = f"There is no parameter 'yaer' here; this address takes {takes}. Did you mean year?"
    assert problem(response) == {
        "type": f"{TYPES}bad-parameters",
        "title": "Bad query parameters",
        "status": 400,
        "detail": detail,
        "instance": f"{ROOT}publications/?yaer=2015",
        "errors": [{"parameter": "yaer", "detail": detail, "takes": takes}],
    }


def test_resource_takes_no_parameters(client):
    claim = ClaimFactory()

    response = client.get(f"{ROOT}claims/{claim.public_id}/", {"format": "xml"})

    assert problem(response)["errors"] == [
        {
            "parameter": "format",
            "detail": "There is no parameter 'format' here; this address takes no parameters.",
            "takes": "no parameters",
        }
    ]


@pytest.mark.parametrize(
    ("query", "takes"),
    [
        (
            "claims/?contested_kind=maybe",
            "one of conflicting, contradicted; may be given several times",
        ),
        ("claims/?state=draft", "one of in_review, published; may be given several times"),
        ("claims/?review_status=4", "one of 0, 1, 2, 3; may be given several times"),
        ("claims/?topic=Not+Kebab", "a topic in kebab-case"),
        ("claims/?article=a&article=b", "an article's key"),
        ("claims/?q=", "words, at most 200 characters"),
        ("claims/?q=%00", "words, at most 200 characters"),
        (f"claims/?q={'x' * 201}", "words, at most 200 characters"),
        ("claims/?page_size=0", "a whole number from 1 to 200"),
        ("claims/?page_size=201", "a whole number from 1 to 200"),
        ("claims/?page_size=+5", "a whole number from 1 to 200"),
        ("claims/?page_size=1&page_size=2", "a whole number from 1 to 200"),
        ("topics/?page_size=x", "a whole number from 1 to 200"),
        ("evidence/?counted=yes", "true or false"),
        ("evidence/?claim=CLM-", "a claim's id, CLM-12, or its key"),
        ("evidence/?publication=PMID+12", "a PMID, a PMCID or a DOI"),
        ("evidence/?trial=TECOS", "a registry id such as NCT00790205"),
        ("publications/?year=15", "a year of four digits"),
    ],
)
def test_illegal_value_is_a_400_problem_that_says_what_the_parameter_takes(client, query, takes):
    response = client.get(ROOT + query)

    name = query.split("?")[1].split("=")[0]
    errors = problem(response)["errors"]
    assert [(error["parameter"], error["takes"]) for error in errors] == [(name, takes)]


def test_all_that_is_wrong_is_said_at_once(client):
    response = client.get(f"{ROOT}claims/?verdict=maybe&verdikt=x&q=&page_size=0")

    errors = problem(response)["errors"]
    assert [error["parameter"] for error in errors] == ["verdikt", "verdict", "q", "page_size"]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=", "cursor=a&cursor=b", "cursor=%FF"])
def test_bad_cursor_is_a_400_problem(client, query):
    response = client.get(f"{ROOT}claims/?{query}")

    assert problem(response)["type"] == f"{TYPES}bad-cursor"
    assert response.status_code == 400


def test_host_that_is_not_ours_is_a_400_problem(client):
    response = client.get(f"{ROOT}claims/", headers={"Host": "elsewhere.example"})

    assert problem(response)["type"] == f"{TYPES}bad-request"


@pytest.mark.urls(__name__)
def test_crash_is_a_500_problem_without_particulars(client):
    client.raise_request_exception = False

    response = client.get(f"{ROOT}crash/")

    assert problem(response) == {
        "type": f"{TYPES}server-error",
        "title": "Server error",
        "status": 500,
        "detail": "The server failed. The error is in its log.",
        "instance": f"{ROOT}crash/",
    }
    assert response.status_code == 500


def test_every_kind_of_problem_is_listed(client):
    kinds = client.get(f"{ROOT}problems/").json()["results"]

    assert [(kind["type"].removeprefix(TYPES), kind["status"]) for kind in kinds] == [
        ("bad-parameters", 400),
        ("bad-cursor", 400),
        ("bad-request", 400),
        ("not-found", 404),
        ("method-not-allowed", 405),
        ("not-acceptable", 406),
        ("ambiguous-name", 409),
        ("precondition-failed", 412),
        ("server-error", 500),
    ]
