"""The Crossref stand-in answers as the real one was recorded."""

import json

import requests

from tests.standins.servers import CrossrefStandin
from tests.standins.works import retracted

DOI, NOTICE = "10.5555/paper", "10.5555/notice"


def get(standin, path, **options):
    return requests.get(f"{standin.url}{path}", timeout=5, **options)


def test_work_comes_by_its_doi_however_its_slash_is_written():
    with CrossrefStandin(retracted(DOI, NOTICE)) as standin:
        plain = get(standin, f"works/{DOI}")
        encoded = get(standin, "works/10.5555%2FPAPER")

    assert plain.json() == encoded.json()
    assert plain.json()["message"]["updated-by"][0]["DOI"] == NOTICE
    assert standin.log.ids == [DOI, DOI]


def test_notices_are_found_by_what_they_update():
    with CrossrefStandin(retracted(DOI, NOTICE)) as standin:
        found = get(standin, f"works?filter=updates:{DOI}&select=DOI,update-to").json()["message"]
        none = get(standin, f"works?filter=updates:{NOTICE}").json()["message"]

    assert (found["total-results"], [each["DOI"] for each in found["items"]]) == (1, [NOTICE])
    assert sorted(found["items"][0]) == ["DOI", "update-to"]
    assert (none["total-results"], none["items"]) == (0, [])


def test_unknown_doi_is_plain_text_and_a_bad_parameter_is_json():
    with CrossrefStandin([]) as standin:
        unknown = get(standin, "works/10.5555%2Fnobody")
        bad = get(standin, "works?filtre=x")

    assert (unknown.status_code, unknown.headers["Content-Type"], unknown.text) == (
        404,
        "text/plain;charset=utf-8",
        "Resource not found.",
    )
    assert (bad.status_code, json.loads(bad.text)["message-type"]) == (400, "validation-failure")


def test_address_opens_the_polite_pool_and_the_limit_is_told():
    with CrossrefStandin(says={"x-rate-limit-limit": "3"}) as standin:
        stranger = get(standin, f"works/{DOI}").headers
        polite = get(standin, f"works/{DOI}", headers={"User-Agent": "x (mailto:a@b.c)"}).headers

    assert [each["x-api-pool"] for each in (stranger, polite)] == ["public", "polite"]
    assert (polite["x-rate-limit-limit"], polite["x-rate-limit-interval"]) == ("3", "1s")


def test_too_many_requests_are_refused():
    with CrossrefStandin(rate=1) as standin:
        statuses = [get(standin, f"works/{DOI}").status_code for _ in range(3)]

    assert statuses == [200, 429, 429]
