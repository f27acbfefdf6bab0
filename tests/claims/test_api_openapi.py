import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from claims.api import filters
from tests.claims.api_schema import SCHEMA, answer_schema, complaints
from tests.claims.api_world import ROOT, whole_world

PATHS = sorted(SCHEMA["paths"])
NARROWED = [
    path
    for path in PATHS
    if any(row["in"] != "header" for row in SCHEMA["paths"][path]["get"]["parameters"])
]
READING = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

pytestmark = pytest.mark.django_db


def names_in(claim):
    """What the parameters of addresses stand for in the world around a claim."""
    item = claim.evidence.filter(publication__pmcid="PMC123").get()
    return {
        "article": claim.article.key,
        "claim": claim.public_id,
        "item": item.key,
        "publication": item.publication.pmid,
        "trial": claim.evidence.exclude(trial=None).last().trial.registry_id,
    }


def test_description_is_valid_openapi():
    assert SCHEMA["openapi"] == "3.1.0"

    validate(SCHEMA)


@pytest.mark.parametrize("path", PATHS)
def test_real_answers_have_exactly_what_is_described(client, path):
    names = names_in(whole_world())

    body = client.get(path.format(**names)).json()

    assert complaints(answer_schema(path), body) == []


@pytest.mark.parametrize("path", [path for path in PATHS if path.endswith("s/")])
def test_lists_of_the_world_are_not_empty(client, path):
    names = names_in(whole_world())

    assert client.get(path.format(**names)).json()["results"] != []


@pytest.mark.parametrize("path", PATHS)
def test_real_problems_have_exactly_what_is_described(client, path):
    names = names_in(whole_world())

    response = client.get(path.format(**names), {"no_such_parameter": "1"})

    assert response.status_code == 400
    assert complaints(answer_schema(path, "400"), response.json()) == []


def test_every_list_describes_its_filters_in_full(client):
    described_names = {
        path: {row["name"] for row in SCHEMA["paths"][path]["get"]["parameters"]} for path in PATHS
    }

    assert described_names[f"{ROOT}claims/"] == {
        *("verdict", "contested_kind", "certainty", "claim_type", "voice", "topic", "article"),
        *("state", "review_status", "parent", "q", "cursor", "page_size", "If-None-Match"),
    }
    assert described_names[f"{ROOT}evidence/"] == {
        *("stance", "counted", "design", "claim", "publication", "trial", "origin"),
        *("cursor", "page_size", "If-None-Match"),
    }
    assert described_names[f"{ROOT}publications/"] == {
        *("year", "integrity", "identity", "abstract_state", "fetched"),
        *("cursor", "page_size", "If-None-Match"),
    }


@pytest.fixture(scope="module")
def described_api():
    api = schemathesis.openapi.from_dict(SCHEMA)
    api.app = get_wsgi_application()
    return api


@pytest.fixture
def fuzzed_api(described_api):
    """Our WSGI application on a full world; like Django's own client it keeps the transaction open."""
    whole_world()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield described_api
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_described_is_accepted(fuzzed_api, path):
    @READING
    @given(case=fuzzed_api[path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def is_accepted(case):
        # A cursor is opaque: only those that a list gave are legal, which no schema can say.
        case.query.pop(filters.CURSOR, None)
        case.call_and_validate()

    is_accepted()


@pytest.mark.parametrize("path", NARROWED)
def test_whatever_is_not_described_is_a_described_problem(fuzzed_api, path):
    @READING
    @given(case=fuzzed_api[path]["GET"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def is_refused(case):
        case.call_and_validate()

    is_refused()
