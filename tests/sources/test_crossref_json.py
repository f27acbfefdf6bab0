"""What Crossref says of a work: kinds never mixed, and a notice's own record is not touched by it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.crossref_json import KIND_OF_TYPE, Notice, Updates, parse_updates, parse_work
from sources.gravity import GRAVEST_FIRST
from sources.models import IntegrityNotice
from sources.registration import Malformed
from tests.standins.works import retracted, update, work

DOI = "10.5555/paper"
NOTICE = "10.5555/notice"


def reply(message, kind="work", status="ok"):
    return json.dumps({"status": status, "message-type": kind, "message": message}).encode()


def notice_list(*works, total=None):
    total = len(works) if total is None else total
    return reply({"total-results": total, "items": list(works)}, "work-list")


def updated_by(*entries):
    return parse_work(reply(work(DOI, updated_by=list(entries)))).updates


def notice(kind="retraction", type_=None, **said):
    given_ = {"doi": NOTICE, "date": None, "label": kind.capitalize(), "told_by": ()} | said
    return Notice(kind=kind, type=type_ or kind, **given_)


def test_work_without_updates_is_current():
    found = parse_work(reply(work(DOI, "A title")))

    assert (found.doi, found.title, found.updates, found.is_notice) == (
        DOI,
        "A title",
        Updates(),
        False,
    )
    assert found.updates.integrity == "current"


@pytest.mark.parametrize(
    ("type_", "kind", "integrity"),
    [
        ("retraction", "retraction", "retracted"),
        ("Retraction", "retraction", "retracted"),
        ("withdrawal", "retraction", "withdrawn"),
        ("removal", "retraction", "withdrawn"),
        ("partial_retraction", "partial_retraction", "corrected"),
        ("expression_of_concern", "expression_of_concern", "expression_of_concern"),
        ("Expression of Concern", "expression_of_concern", "expression_of_concern"),
        ("correction", "correction", "corrected"),
        ("corrigendum", "correction", "corrected"),
        ("erratum", "correction", "corrected"),
        ("addendum", "correction", "corrected"),
        ("clarification", "correction", "corrected"),
        ("new_version", "superseded", "superseded"),
        ("new-edition", "superseded", "superseded"),
        ("reinstatement", "reinstatement", "current"),
    ],
)
def test_each_type_is_a_notice_of_its_own_kind(type_, kind, integrity):
    found = updated_by(update(NOTICE, type_))

    assert [(each.kind, each.doi) for each in found.notices] == [(kind, NOTICE)]
    assert (found.integrity, found.unknown) == (integrity, ())


def test_every_kind_and_every_state_is_one_that_the_database_knows():
    assert set(KIND_OF_TYPE.values()) <= set(IntegrityNotice.Kind.values)
    assert {updated_by(update(NOTICE, each)).integrity for each in KIND_OF_TYPE} <= set(
        GRAVEST_FIRST
    )


def test_gravest_of_several_notices_counts_and_all_are_kept():
    found = updated_by(
        update("10.5555/erratum", "correction", date=(2004, 3, 6)),
        update(NOTICE, "retraction", date=(2010, 2), source="retraction-watch"),
    )

    assert found.notices == (
        notice("correction", doi="10.5555/erratum", date="2004-03-06"),
        notice(date="2010-02", told_by=("Retraction Watch",)),
    )
    assert found.integrity == "retracted"
    assert [each.reference for each in found.notices] == [
        "Correction",
        "Retraction, told by Retraction Watch (2010-02)",
    ]


def test_same_notice_told_twice_is_one():
    found = updated_by(
        update(NOTICE, source="publisher", date=(2010,)),
        update(NOTICE, source="retraction-watch", date=(2010, 2, 6)),
    )

    assert found.notices == (
        notice(date="2010-02-06", told_by=("the publisher", "Retraction Watch")),
    )
    assert found.notices[0].reference == ("Retraction, told by the publisher and Retraction Watch")


def test_type_that_nobody_knows_is_never_clean():
    only = updated_by(update(NOTICE, "disavowal"))
    beside = updated_by(update(NOTICE, "disavowal"), update(NOTICE, "erratum"))

    assert (only.notices, only.unknown, only.integrity) == ((), ("disavowal",), "unknown")
    assert (beside.unknown, beside.integrity) == (("disavowal",), "corrected")


@pytest.mark.parametrize(
    ("retracted_on", "reinstated_on", "integrity"),
    [
        ((2019, 5, 1), (2020, 1, 1), "current"),
        ((2021, 5, 1), (2020, 1, 1), "retracted"),
        ((2019,), (), "current"),
    ],
)
def test_reinstatement_undoes_what_came_before_it(retracted_on, reinstated_on, integrity):
    found = updated_by(
        update(NOTICE, date=retracted_on),
        update(
            "10.5555/back", "reinstatement", **({"date": reinstated_on} if reinstated_on else {})
        ),
    )

    assert len(found.notices) == 2
    assert found.integrity == integrity


def test_notice_itself_is_not_retracted():
    _paper, about = retracted(DOI, NOTICE)

    found = parse_work(reply(about))

    assert (found.doi, found.is_notice, found.updated) == (NOTICE, True, (DOI,))
    assert (found.updates, found.updates.integrity) == (Updates(), "current")


def test_work_that_updates_itself_is_touched_and_is_no_notice():
    found = parse_work(reply(work(DOI, update_to=[update(DOI.upper(), "withdrawal")])))

    assert (found.updates.integrity, found.is_notice) == ("withdrawn", False)
    assert [each.doi for each in found.updates.notices] == [DOI]


def test_list_of_notices_tells_only_what_is_about_the_doi():
    about_both = work(
        NOTICE,
        update_to=[update(DOI.upper(), "erratum"), update("10.5555/another", "retraction")],
    )

    found = parse_updates(notice_list(about_both), DOI)

    assert [(each.kind, each.doi) for each in found.notices] == [("correction", NOTICE)]
    assert found.integrity == "corrected"


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "retraction"},
        {"type": "retraction", "DOI": "unavailable"},
        {"type": "retraction", "DOI": NOTICE, "updated": {"date-parts": [[None]]}},
        {"type": "retraction", "DOI": NOTICE, "updated": {"date-parts": []}},
        {"type": "retraction", "DOI": NOTICE, "updated": {"date-parts": [[2020, 13, 1]]}},
        {"type": "retraction", "DOI": NOTICE, "updated": {"date-time": "2020-05-05T00:00:00Z"}},
        {"type": "retraction", "DOI": NOTICE, "record-id": 17, "source": "somebody"},
    ],
)
def test_odd_entry_is_still_a_retraction(entry):
    found = updated_by(entry)

    assert [(each.kind, each.date) for each in found.notices] == [("retraction", None)]
    assert found.integrity == "retracted"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Resource not found.",
        b"<!DOCTYPE html>",
        b'{"status":"ok"',
        b"[]",
        reply({"DOI": DOI}, kind="work-list"),
        reply({"DOI": DOI}, status="failed"),
        reply({"title": ["No DOI"]}),
        reply({"DOI": "nonsense"}),
        reply({"DOI": DOI, "updated-by": {"type": "retraction"}}),
        reply({"DOI": DOI, "updated-by": ["retraction"]}),
    ],
)
def test_what_is_no_work_is_never_a_clean_one(body):
    with pytest.raises(Malformed):
        parse_work(body)


@pytest.mark.parametrize(
    "body",
    [
        reply(work(DOI)),
        reply({"items": []}, "work-list"),
        notice_list(total=1),
        notice_list(retracted(DOI, NOTICE)[1], total=2),
    ],
)
def test_list_that_is_not_whole_is_refused(body):
    with pytest.raises(Malformed):
        parse_updates(body, DOI)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists))
def test_any_json_under_updated_by_is_read_or_refused(value):
    try:
        found = parse_work(reply({"DOI": DOI, "updated-by": value}))
    except Malformed:
        return

    assert found.updates == Updates()


def test_real_recording_is_read(shared_data):
    raw = (shared_data / "http" / "crossref_odd_client_requests_4.http").read_bytes()

    found = parse_work(raw.split(b"\n\n", 1)[1])

    assert (found.doi, found.updates.integrity) == ("10.1007/s40278-023-41815-2", "current")
