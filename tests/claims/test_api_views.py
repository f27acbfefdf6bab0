import pytest

from tests import factories
from tests.claims.api_world import ROOT

pytestmark = pytest.mark.django_db

LISTS = ("articles", "claims", "evidence", "publications", "trials", "topics", "changes")


@pytest.fixture
def claim():
    return factories.ClaimFactory()


def test_answer_can_be_stored_and_must_be_revalidated(client, claim):
    response = client.get(f"{ROOT}claims/{claim.public_id}/")

    assert response["ETag"] == f'"{response.json()["revision"]}"'
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Vary"] == "Accept"
    assert response.cookies == {}


@pytest.mark.parametrize("path", ["claims/", "claims/{}/", "schema/", "", "problems/"])
def test_client_that_has_the_answer_gets_a_304(client, claim, path):
    address = ROOT + path.format(claim.public_id)
    etag = client.get(address)["ETag"]

    response = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["claims/", "claims/{}/"])
def test_etag_changes_with_the_content(client, claim, path):
    address = ROOT + path.format(claim.public_id)
    before = client.get(address)["ETag"]
    claim.statement = "Insulin does something else."
    claim.save()

    response = client.get(address, headers={"If-None-Match": before})

    assert response.status_code == 200
    assert response["ETag"] != before


def test_revision_is_the_same_in_the_list_and_alone(client, claim):
    factories.VerdictFactory(claim=claim)

    alone = client.get(f"{ROOT}claims/{claim.public_id}/").json()
    listed = client.get(f"{ROOT}claims/").json()["results"][0]

    assert listed["revision"] == alone["revision"]


def test_if_match_of_another_revision_is_a_412_problem(client, claim):
    address = f"{ROOT}claims/{claim.public_id}/"

    refused = client.get(address, headers={"If-Match": '"other"'})
    accepted = client.get(address, headers={"If-Match": client.get(address)["ETag"]})

    assert (refused.status_code, accepted.status_code) == (412, 200)
    assert refused["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", *(f"{name}/" for name in LISTS), "schema/"])
def test_head_is_get_without_a_body(client, claim, path):
    got = client.get(ROOT + path)

    response = client.head(ROOT + path)

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == got["ETag"]
    assert response["Content-Length"] == str(len(got.content))


def test_options_says_what_is_allowed(client):
    response = client.options(f"{ROOT}claims/")

    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_page_of_another_origin_may_read(client, claim):
    response = client.get(f"{ROOT}claims/", headers={"Origin": "https://elsewhere.example"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Expose-Headers"] == "ETag, Link"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_preflight_allows_conditional_reading(client):
    response = client.options(
        f"{ROOT}claims/",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )

    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "Accept, If-Match, If-None-Match"


def test_other_origins_may_not_read_what_is_no_api(client):
    response = client.get("/admin/login/", headers={"Origin": "https://elsewhere.example"})

    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers


def test_answer_is_the_same_for_one_who_is_logged_in(client, admin_client, claim):
    address = f"{ROOT}claims/"

    assert admin_client.get(address).content == client.get(address).content


def test_lists_link_to_their_other_pages(client):
    factories.ArticleFactory.create_batch(3)
    address = f"{ROOT}articles/?page_size=1"

    first = client.get(address)
    second = client.get(first.json()["next"])
    third = client.get(second.json()["next"])

    keys = [page.json()["results"][0]["key"] for page in (first, second, third)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 3
    assert third.json()["next"] is None
    assert client.get(third.json()["previous"]).json()["results"] == second.json()["results"]
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert second["Link"] == (
        f'<{second.json()["next"]}>; rel="next", <{second.json()["previous"]}>; rel="prev"'
    )


def test_pages_stand_still_while_others_write(client):
    articles = factories.ArticleFactory.create_batch(3)
    article = articles[1]
    kept = factories.ClaimFactory(article=article, position=5)
    last = factories.ClaimFactory(article=article, position=6)
    first_page = client.get(f"{ROOT}claims/?page_size=1").json()
    factories.ClaimFactory(article=articles[0])
    factories.ClaimFactory(article=article, position=4)

    second_page = client.get(first_page["next"]).json()

    ids = [page["results"][0]["id"] for page in (first_page, second_page)]
    assert ids == [kept.public_id, last.public_id]


def test_pages_keep_filters_and_size(client):
    for voice in ("author", "reader_comment", "author", "author"):
        factories.ClaimFactory(voice=voice)

    first = client.get(f"{ROOT}claims/", {"voice": "author", "page_size": 2}).json()
    second = client.get(first["next"]).json()

    voices = [claim["voice"] for page in (first, second) for claim in page["results"]]
    assert voices == ["author"] * 3


def test_entry_leads_everywhere(client):
    addresses = client.get(ROOT).json()

    assert list(addresses) == [*LISTS, "problems", "schema", "docs"]
    for address in addresses.values():
        path = address.removeprefix("http://localhost:8000")
        assert client.get(path).status_code == 200


def test_address_without_its_last_slash_redirects(client):
    response = client.get(f"{ROOT}claims?voice=author")

    assert (response.status_code, response["Location"]) == (301, f"{ROOT}claims/?voice=author")


def test_docs_run_under_the_policy_of_the_site(client, settings):
    response = client.get(f"{ROOT}docs/")

    body = response.content.decode()
    assert response["Content-Security-Policy"] == settings.CONTENT_SECURITY_POLICY
    assert body.count("<script src=") == body.count("<script") == 2
    assert body.count("<style") == body.count(" style=") == body.count("http") == 0
