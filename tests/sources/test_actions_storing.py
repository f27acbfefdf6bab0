"""Storing many records at once: what is new, changed, unchanged or older, and who else is writing."""

import threading
import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sources.actions.storing import Stored, store_publications
from sources.models import DeletedPMID, IdentityConflict, IntegrityNotice, Payload, Publication
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests.at_once import at_once
from tests.factories import NOW, DeletedPMIDFactory, PublicationFactory

LATER = NOW + timedelta(days=7)
EARLIER = NOW - timedelta(days=7)
SECTION = {"label": None, "category": None, "text": "It fell.", "html": "It fell."}


def record(pmid="11", **fields):
    return PublicationRecord(
        pmid=pmid, **{"title": "Insulin and the liver", "year": 2015, **fields}
    )


def store(*records, now=NOW, **options):
    with_raw = {r.pmid: RecordWithRaw(r, repr(r).encode()) for r in records}
    return store_publications(with_raw, now=now, **options)


def held(pmid="11"):
    return Publication.objects.get(pmid=pmid)


def events():
    return apps.get_model("sources", "PublicationEvent").objects.order_by("pgh_id")


@pytest.mark.django_db
def test_records_are_new_then_unchanged_then_changed():
    first = store(record("11"), record("12"))
    again = store(record("11"), record("12"))
    third = store(record("11", title="Insulin"), record("12"), record("13"))

    assert first == Stored(new={"11", "12"})
    assert again == Stored(unchanged={"11", "12"})
    assert third == Stored(new={"13"}, changed={"11"}, unchanged={"12"})


@pytest.mark.django_db
def test_the_same_bytes_of_the_same_time_are_not_written_again(django_assert_num_queries):
    store(record("11"), record("12"))

    with django_assert_num_queries(1):
        store(record("11"), record("12"))


@pytest.mark.django_db
def test_many_records_take_as_many_queries_as_one():
    def queries(records):
        with CaptureQueriesContext(connection) as captured:
            store(*records)
        return len(captured)

    one = queries([record("11")])

    assert queries([record(str(n)) for n in range(100, 200)]) == one


@pytest.mark.django_db
def test_texts_that_are_dangerous_to_copy_come_out_as_they_went_in():
    odd = 'tab\there, new\nline, back\\slash, "quotes", {braces}, \\N, % and é'
    store(
        record(
            title=odd,
            keywords=[odd, "", "NULL"],
            abstract_sections=[{**SECTION, "text": odd}],
            abstract_state="present",
        )
    )

    stored = held()
    assert (stored.title, stored.keywords) == (odd, [odd, "", "NULL"])
    assert stored.abstract_sections == [{**SECTION, "text": odd}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"version": 2}, {"version": 1}),
        ({"date_revised": "2020-02-01"}, {"date_revised": "2020-01-31"}),
        ({"date_revised": "2020-02-01"}, {}),
        (
            {"version": 2, "date_revised": "2019-01-01"},
            {"version": 1, "date_revised": "2020-01-01"},
        ),
    ],
)
def test_what_is_older_never_overwrites_what_is_newer(before, after):
    store(record(title="The newer", **before))

    stored = store(record(title="The older", **after), now=LATER)

    assert stored == Stored(older={"11"})
    assert (held().title, held().fetched_at) == ("The newer", NOW)
    assert store(record(title="Newest", version=3), now=LATER) == Stored(changed={"11"})


@pytest.mark.django_db
def test_of_two_with_the_same_revision_the_one_seen_later_stands():
    store(record(title="Seen now", date_revised="2020-01-01"))

    store(record(title="Seen before", date_revised="2020-01-01"), now=LATER, as_of=EARLIER)

    assert held().title == "Seen now"


@pytest.mark.django_db
def test_records_of_an_old_file_count_as_checked_at_its_time():
    store(record(), now=NOW, as_of=EARLIER)

    stored = held()
    assert (stored.fetched_at, stored.pubmed_checked_at) == (EARLIER, EARLIER)
    assert stored.updated_at == NOW


@pytest.mark.django_db
def test_what_another_source_says_of_integrity_outlives_a_refetch():
    store(record())
    Publication.objects.update(
        crossref_integrity="retracted", crossref_checked_at=LATER, integrity="retracted"
    )

    store(record(title="Changed"))

    stored = held()
    assert (stored.pubmed_integrity, stored.integrity) == ("current", "retracted")
    assert stored.integrity_checked_at == LATER


@pytest.mark.django_db
def test_of_two_new_records_with_one_doi_the_first_has_it():
    store(record("12", doi="10.5555/x"), record("11", doi="10.5555/x"))

    assert (held("11").doi, held("12").doi) == ("10.5555/x", None)
    conflict = IdentityConflict.objects.get()
    assert (conflict.kind, conflict.publication, conflict.other_publication) == (
        "doi_of_two",
        held("12"),
        held("11"),
    )


@pytest.mark.django_db
def test_a_change_leaves_the_old_bytes_and_says_from_what_to_what():
    store(record(title="Before"))
    store(record(title="After", integrity="retracted"), now=LATER, why="imported from x.xml")

    kept = [(e.pgh_label, e.title, e.integrity, e.record_sha256) for e in events()]
    digests = [Payload.digest(p.content) for p in Payload.objects.order_by("fetched_at")]
    assert kept == [
        ("known_before", "Before", "current", digests[0]),
        ("update", "After", "retracted", digests[1]),
    ]
    assert events().last().pgh_context == {"reason": "imported from x.xml"}


@pytest.mark.django_db
def test_a_record_that_arrives_or_changes_little_makes_no_history():
    store(record())
    store(record(volume="12"), now=LATER)

    assert events().count() == 0


@pytest.mark.django_db
def test_a_deleted_record_stays_deleted_until_it_is_seen_later():
    DeletedPMIDFactory(pmid="11", deleted_at=NOW)
    PublicationFactory(pmid="12", fetched=True, deleted_at=NOW)

    assert store(record("11"), record("12"), as_of=EARLIER) == Stored(older={"11", "12"})
    assert store(record("11"), record("12"), now=LATER) == Stored(new={"11"}, changed={"12"})
    assert list(DeletedPMID.objects.all()) == []
    assert held("12").deleted_at is None


@pytest.mark.django_db
def test_a_notice_seen_again_is_dated_by_the_later_time_only():
    notice = {"kind": "correction", "pmid": "99", "doi": None, "date": None, "ref_source": "J"}
    store(record(notices=[notice, notice], integrity="corrected"))
    store(record(notices=[notice], integrity="corrected", volume="2"), now=LATER)

    [kept] = IntegrityNotice.objects.all()
    assert (kept.first_seen_at, kept.last_seen_at, kept.cleared_at) == (NOW, LATER, None)


def batch(pmids, title, version=1, **fields):
    return [record(str(pmid), title=f"{title} {pmid}", version=version, **fields) for pmid in pmids]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_lose_nothing_and_do_not_stand_in_each_others_way():
    up, down = range(1000, 1400), range(1399, 999, -1)
    store(*batch(range(1200, 1400), "Before"))

    outcomes = at_once(
        lambda: [store(*batch(up, "Older", version=2)) for _ in range(3)],
        lambda: [store(*batch(down, "Newer", version=3)) for _ in range(3)],
        lambda: [store(*batch(up, "Oldest", version=1)) for _ in range(3)],
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    titles = set(Publication.objects.values_list("pmid", "title"))
    assert titles == {(str(pmid), f"Newer {pmid}") for pmid in up}


@pytest.mark.django_db(transaction=True)
def test_the_same_doi_from_two_sides_at_once_becomes_one_conflict_each():
    ours, theirs = range(2000, 2100), range(3000, 3100)

    def storing(pmids, turn):
        return [
            store(record(str(pmid), doi=f"10.5555/{number}"))
            for number, pmid in list(enumerate(pmids))[::turn]
        ]

    outcomes = at_once(lambda: storing(ours, 1), lambda: storing(theirs, -1))

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Publication.objects.count() == 200
    assert Publication.objects.filter(doi=None).count() == 100
    assert IdentityConflict.objects.open().filter(kind="doi_of_two").count() == 100


@pytest.mark.django_db(transaction=True)
def test_whoever_is_making_it_known_meanwhile_is_waited_for_and_heeded():
    made = threading.Event()

    def curate():
        with transaction.atomic():
            PublicationFactory(pmid="11", expected_title="Something else entirely")
            made.set()
            time.sleep(0.5)

    def fetch():
        made.wait()
        return store(record("11"))

    _, fetched = at_once(curate, fetch)

    assert fetched == Stored(changed={"11"})
    assert held().identity == "mismatch"
