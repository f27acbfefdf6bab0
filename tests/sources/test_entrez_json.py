"""Every form in which the smaller E-utilities and the ID converter are known to answer."""

import json

import pytest

from sources.entrez_json import (
    Match,
    Search,
    parse_conversions,
    parse_matches,
    parse_search,
    parse_summaries,
)
from sources.pubmed_xml import Blocked, Malformed, ServiceError
from tests.standins import bodies


def said(**content):
    return json.dumps({"header": {"type": "x", "version": "0.3"}, **content}).encode()


def summaries(**by_uid):
    return said(result={"uids": list(by_uid), **by_uid})


def test_summaries_tell_what_is_unknown_by_id_and_not_by_position():
    body = summaries(
        **{
            "2": {"uid": "2", "error": "cannot get document summary"},
            "1": {"uid": "1", "title": "A"},
        }
    )

    assert parse_summaries(body, ["1", "2"]) == {"2"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        said(result=[]),
        said(),
        summaries(**{"1": {"uid": "1"}}),
        summaries(**{"1": {"uid": "1"}, "2": {"uid": "1"}}),
        summaries(**{"1": {"uid": "1"}, "2": {"uid": "2", "error": "busy"}}),
        bodies.ERRORS["E25"].body,
    ],
)
def test_half_a_summary_is_no_answer(body):
    with pytest.raises(Malformed):
        parse_summaries(body, ["1", "2"])


@pytest.mark.parametrize(
    ("body", "transient"),
    [
        (said(error="Invalid uid ABC123 at position= 0", result={"uids": []}), False),
        (said(esummaryresult=["Invalid db name specified: fleegle"]), False),
        (bodies.ERRORS["E1"].body, True),
        (bodies.ERRORS["E2"].body, False),
        (bodies.ERRORS["E21"].body, False),
        (bodies.ERRORS["E23"].body, True),
        (bodies.ERRORS["E28-json"].body, True),
    ],
)
def test_what_the_service_says_instead_is_its_error(body, transient):
    with pytest.raises(ServiceError) as caught:
        parse_summaries(body, ["1"])

    assert caught.value.transient is transient


def test_block_page_is_known_everywhere():
    for parse in (lambda b: parse_summaries(b, ["1"]), parse_search, parse_conversions):
        with pytest.raises(Blocked):
            parse(bodies.BLOCK_PAGE.encode())


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"count": "2", "idlist": ["11", "12"]}, Search(2, ("11", "12"))),
        ({"count": "0", "idlist": []}, Search(0, ())),
        (
            {
                "count": "5",
                "idlist": ["11"],
                "errorlist": {"phrasesnotfound": "fleegle", "fieldsnotfound": ["x"]},
            },
            Search(5, ("11",), ("fleegle", "x")),
        ),
        (
            {"count": "0", "idlist": [], "errorlist": {"phrasesnotfound": []}},
            Search(0, ()),
        ),
    ],
)
def test_search_tells_what_it_found_and_what_it_ignored(result, expected):
    assert parse_search(said(esearchresult=result)) == expected


def test_search_past_the_wall_is_no_empty_result():
    with pytest.raises(ServiceError, match="cannot be larger than 9998") as caught:
        parse_search(bodies.ERRORS["E13"].body)

    assert not caught.value.transient


@pytest.mark.parametrize(
    "result", [{}, {"count": "x", "idlist": []}, {"count": "1"}, {"count": "1", "idlist": ["a"]}]
)
def test_search_without_ids_is_no_answer(result):
    with pytest.raises(Malformed):
        parse_search(said(esearchresult=result))


def test_matches_are_told_by_key_and_lines_may_be_dropped():
    body = (
        b"lancet|2019|394|121||b|31189511\n"
        b"x|2019|1|1||a|AMBIGUOUS 11,12\n"
        b"y|2019|1|1||c|NOT_FOUND;INVALID_JOURNAL\n"
        b"z|2019|1|1||stranger|13\n"
    )

    assert parse_matches(body, ["a", "b", "c", "d"]) == {
        "a": Match(("11", "12")),
        "b": Match(("31189511",)),
        "c": Match(),
        "d": Match(),
    }


def test_conversions_take_numbers_and_strings_and_leave_out_errors():
    body = json.dumps(
        {
            "status": "ok",
            "records": [
                {"pmid": 23193287, "requested-id": "PMC3531190"},
                {"pmid": "11", "requested-id": "PMC1"},
                {
                    "requested-id": "PMC2",
                    "status": "error",
                    "errmsg": "Identifier not found in PMC",
                },
                {"requested-id": "PMC3"},
            ],
        }
    ).encode()

    assert parse_conversions(body) == {"PMC3531190": "23193287", "PMC1": "11"}


def test_refused_conversion_says_why():
    with pytest.raises(ServiceError, match="mixed"):
        parse_conversions(b'{"status":"error","message":"mixed id types"}')
