"""Notices of two sources: kept apart, weighed together, cleared and never deleted."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from sources.actions.integrity import Told, note_integrity, store_work
from sources.actions.storing import store_publications
from sources.crossref_json import Notice, Updates
from sources.models import IntegrityNotice, Payload, Publication
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests.at_once import at_once
from tests.factories import NOW, PublicationFactory
from tests.fakes import FakeCrossref

LATER = NOW + timedelta(days=7)
DOI = "10.5555/paper"


def notice(kind="retraction", doi="10.5555/notice", date="2010-02-06", type_=None, told_by=()):
    return Notice(kind, type_ or kind, doi, date, kind.capitalize(), told_by)


def check(*notices, now=NOW, doi=DOI, unknown=()):
    updates = Updates(notices, unknown)
    return store_work(FakeCrossref({doi: updates}).fetch(doi), now=now)


def fetch(now=NOW, **said):
    record = PublicationRecord(pmid="123", doi=DOI, title="A paper", **said)
    store_publications({"123": RecordWithRaw(record, repr(record).encode())}, now=now)


def words():
    found = Publication.objects.get(doi=DOI)
    return (found.pubmed_integrity, found.crossref_integrity, found.integrity)


def told():
    rows = IntegrityNotice.objects.order_by("pk")
    return [(row.source, row.kind, row.notice_doi, row.cleared_at) for row in rows]


pytestmark = pytest.mark.django_db


def test_notice_of_crossref_is_kept_with_all_that_it_says():
    publication = PublicationFactory(doi=DOI)

    check(notice(told_by=("the publisher",)))

    row = IntegrityNotice.objects.values().get()
    del row["id"]
    assert row == {
        "publication_id": publication.pk,
        "kind": "retraction",
        "notice_pmid": "",
        "notice_doi": "10.5555/notice",
        "date": date(2010, 2, 6),
        "source": "crossref",
        "reference": "Retraction, told by the publisher",
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        "cleared_at": None,
    }
    assert words() == ("unknown", "retracted", "retracted")


def test_check_is_dated_by_source():
    fetch(now=NOW)

    check(now=LATER)

    found = Publication.objects.get()
    assert (found.pubmed_checked_at, found.crossref_checked_at) == (NOW, LATER)
    assert found.integrity_checked_at == LATER
    assert words() == ("current", "current", "current")


def test_second_check_sees_the_same_notice_again():
    PublicationFactory(doi=DOI)
    check(notice(told_by=("the publisher",)))

    check(notice(told_by=("the publisher", "Retraction Watch"), date="2010-02-07"), now=LATER)

    row = IntegrityNotice.objects.get()
    assert (row.first_seen_at, row.last_seen_at, row.cleared_at) == (NOW, LATER, None)
    assert (row.date, row.reference) == (
        date(2010, 2, 7),
        "Retraction, told by the publisher and Retraction Watch",
    )


def test_notice_that_vanished_is_cleared_and_kept():
    PublicationFactory(doi=DOI)
    check(notice())

    check(now=LATER)

    assert told() == [("crossref", "retraction", "10.5555/notice", LATER)]
    assert words() == ("unknown", "current", "current")


def test_notice_that_comes_back_is_seen_anew():
    PublicationFactory(doi=DOI)
    check(notice())
    check(now=LATER)

    check(notice(), now=LATER + timedelta(days=7))

    assert [cleared for *_, cleared in told()] == [LATER, None]
    assert words() == ("unknown", "retracted", "retracted")


def test_retraction_that_only_crossref_tells_survives_a_refetch_from_pubmed():
    fetch()
    check(notice())

    fetch(now=LATER)

    assert words() == ("current", "retracted", "retracted")
    assert Publication.objects.get().sources_disagree
    assert told() == [("crossref", "retraction", "10.5555/notice", None)]


def test_retraction_that_only_pubmed_tells_survives_a_check_in_crossref():
    said = {"kind": "retraction", "pmid": "99", "doi": None, "date": None, "ref_source": "J. 2010"}
    fetch(notices=[said], integrity="retracted")

    check(now=LATER)

    assert words() == ("retracted", "current", "retracted")
    assert told() == [("pubmed", "retraction", "", None)]


def test_kinds_and_sources_are_never_mixed_up():
    said = {"kind": "correction", "pmid": None, "doi": None, "date": None, "ref_source": "J. 2010"}
    fetch(notices=[said], integrity="corrected")

    check(notice("correction"), notice("expression_of_concern"))

    assert [(source, kind) for source, kind, *_ in told()] == [
        ("pubmed", "correction"),
        ("crossref", "correction"),
        ("crossref", "expression_of_concern"),
    ]
    assert words() == ("corrected", "expression_of_concern", "expression_of_concern")


def test_update_of_a_kind_that_nobody_knows_is_not_clean():
    PublicationFactory(doi=DOI)

    check(unknown=("disavowal",))

    assert words() == ("unknown", "unknown", "unknown")
    assert Publication.objects.get().crossref_checked_at == NOW


def test_partial_date_is_not_made_whole():
    PublicationFactory(doi=DOI)

    check(notice(date="2010-02"))

    row = IntegrityNotice.objects.get()
    assert (row.date, row.reference) == (None, "Retraction (2010-02)")


def test_what_curators_noted_holds_until_pubmed_was_asked():
    PublicationFactory(pmid="123", doi=DOI, integrity="corrected", noted_integrity="corrected")

    check()
    before = words()
    fetch(now=LATER)

    assert (before, words()) == (
        ("unknown", "current", "corrected"),
        ("current", "current", "current"),
    )


def test_bytes_are_kept_when_they_bring_news():
    PublicationFactory(doi=DOI)

    check()
    check(now=LATER)
    quiet = Payload.objects.count()
    check(notice(), now=LATER)

    assert (quiet, Payload.objects.count()) == (1, 2)
    assert b"retraction" in Payload.objects.newest_first().first().content


def test_doi_of_nobody_is_no_publication():
    assert check() is None
    assert not Publication.objects.exists()


def test_change_of_integrity_is_in_the_history_with_its_reason():
    fetch()

    check(notice())

    event = Publication.pgh_event_model.objects.latest("pgh_id")
    assert (event.integrity, event.pgh_context["reason"]) == ("retracted", "checked in Crossref")


@pytest.mark.django_db(transaction=True)
def test_two_checks_at_once_make_one_notice():
    publication = PublicationFactory(doi=DOI)
    now = timezone.now()

    outcomes = at_once(*(lambda: in_turn(now) for _ in range(4)))

    assert [each.pk for each in outcomes] == [publication.pk] * 4
    assert [(source, kind) for source, kind, *_ in told()] == [("crossref", "retraction")]


def in_turn(now):
    with transaction.atomic():
        return check(notice(), now=now)


def test_same_notice_told_twice_in_one_answer_is_one():
    publication = PublicationFactory(doi=DOI)
    twice = [Told("retraction", doi="10.5555/n", reference=r) for r in ("a", "b")]

    news = note_integrity(publication, IntegrityNotice.Source.CROSSREF, twice, now=NOW)
    again = note_integrity(publication, IntegrityNotice.Source.CROSSREF, twice, now=LATER)

    assert (news, again, IntegrityNotice.objects.count()) == (True, False, 1)
