"""Files of PubMed records read into the database: counted, resumed, and honest about what is broken."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from benchmarks.made_up_pubmed import pubmed_file
from sources.actions import imports
from sources.actions.imports import BeingImported, Wish, import_file
from sources.models import BadRecord, DeletedPMID, FileImport, Payload, Publication
from tests.at_once import at_once
from tests.factories import NOW, PublicationFactory

ROOT = Path(__file__).resolve().parents[2]
LATER = NOW + timedelta(days=1)
AT = datetime(2025, 1, 1, tzinfo=UTC)
SET = "<?xml version='1.0'?>\n<PubmedArticleSet>{}</PubmedArticleSet>\n"


def article(pmid, title="Insulin", version=1, more=""):
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='{version}'>{pmid}</PMID>{more}"
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def deletion(*pmids):
    listed = "".join(f"<PMID Version='1'>{pmid}</PMID>" for pmid in pmids)
    return f"<DeleteCitation>{listed}</DeleteCitation>"


@pytest.fixture
def write(tmp_path):
    def write(name, *parts, at=AT, whole=None):
        path = tmp_path / name
        body = (whole or SET.format("".join(parts))).encode()
        path.write_bytes(gzip.compress(body, mtime=0) if name.endswith(".gz") else body)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    return write


def read(path, now=NOW, **wish):
    return import_file(path, Wish(**wish), clock=lambda: now)


class Died(Exception):
    """The process is no more."""


def dying_after(looks):
    """Return a clock that ends the process when it is looked at once too often."""
    left = iter(range(looks))

    def clock():
        if next(left, None) is None:
            raise Died
        return NOW

    return clock


def counts(row):
    return {name: n for name in FileImport.COUNTS if (n := getattr(row, name))}


def run(*words):
    out = StringIO()
    call_command("import_pubmed", *map(str, words), stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.xml", "a.xml.gz", "packed.without.saying"])
def test_a_file_is_read_and_recognised_when_it_comes_again(write, name):
    path = write(name, article(11), article(12))
    if name.startswith("packed"):
        path.write_bytes(gzip.compress(path.read_bytes()))

    row, was_done = read(path, as_of=AT)
    renamed = path.rename(path.with_name("other"))
    again, was_done_again = read(renamed, now=LATER)

    assert (row.state, counts(row), was_done) == ("done", {"new": 2}, False)
    assert (again.pk, counts(again), was_done_again) == (row.pk, {"new": 2}, True)
    assert set(Publication.objects.values_list("pmid", "fetched_at")) == {("11", AT), ("12", AT)}


@pytest.mark.django_db
def test_a_file_says_how_pubmed_was_at_its_date(write):
    row, _ = read(write("a.xml", article(11)))

    assert (row.as_of, Publication.objects.get().pubmed_checked_at) == (AT, AT)


@pytest.mark.django_db
def test_a_bad_record_is_told_by_its_byte_and_stops_nothing(write):
    broken = "<PubmedArticle><MedlineCitation><PMID>12</PMID></Medline</PubmedArticle>"
    nameless = "<PubmedArticle><MedlineCitation/></PubmedArticle>"
    path = write("a.xml", article(11), broken, nameless, article(13))

    row, _ = read(path)

    body = path.read_bytes()
    assert counts(row) == {"new": 2, "bad": 2}
    assert list(row.bad_records.values_list("position", flat=True)) == [
        body.index(broken.encode()),
        body.index(nameless.encode()),
    ]
    assert sorted(Publication.objects.values_list("pmid", flat=True)) == ["11", "13"]


@pytest.mark.django_db
def test_a_record_that_the_database_refuses_is_told_and_stops_nothing(write):
    year = "<DateRevised><Year>2020</Year><Month>1</Month><Day>1</Day></DateRevised>"
    articles = [article(pmid) for pmid in range(11, 20)]
    articles.insert(4, article(99, more=year, version=99_999))
    path = write("a.xml", *articles)

    row, _ = read(path)

    [bad] = row.bad_records.all()
    assert counts(row) == {"new": 9, "bad": 1}
    assert bad.position == path.read_bytes().index(articles[4].encode())
    assert bad.reason == (
        'PMID 99 cannot be stored: value "99999" is out of range for type smallint'
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (SET.format(article(11) + article(12))[:-30], "ends"),
        ("<html><body>Not found</body></html>", "HTML"),
        ("PMID- 11\nTI  - Insulin\n", ""),
        ("", ""),
    ],
)
def test_a_damaged_file_is_read_as_far_as_it_is_sound(write, whole, reason):
    row, _ = read(write("a.xml", whole=whole or " "))

    [bad] = row.bad_records.all()
    assert (row.state, row.bad) == ("damaged", 1)
    assert reason in bad.reason
    assert Publication.objects.count() == whole.count("</PubmedArticle>")


@pytest.mark.django_db
def test_a_cut_off_gzip_is_damaged_and_what_came_before_is_kept(write, monkeypatch):
    path = write("a.xml.gz", whole=pubmed_file(200).decode())
    path.write_bytes(path.read_bytes()[:-2000])

    row, _ = read(path)

    assert row.state == "damaged"
    assert 100 < row.new < 200
    assert Publication.objects.count() == row.new


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_highest_version_wins_within_a_file_and_across_files(write, order):
    files = [
        write("a.xml", article(11, "First"), article(11, "Third", 3), article(11, "Second", 2)),
        write("b.xml", article(11, "Second again", 2)),
        write("c.xml", article(11, "Fourth", 4)),
    ]

    for number in order:
        read(files[number])

    assert Publication.objects.get().title == "Fourth"


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_deleted_pmid_is_marked_and_kept_in_whatever_order_files_come(write, order):
    PublicationFactory(pmid="11")
    files = [
        write("a.xml", article(11), article(12), article(13)),
        write("b.xml", article(14), deletion(11, 12), at=AT + timedelta(days=1)),
    ]

    for number in order:
        read(files[number])

    marked = Publication.objects.deleted_by_pubmed().values_list("pmid", "deleted_at")
    assert ("11", AT + timedelta(days=1)) in marked
    assert set(DeletedPMID.objects.values_list("pmid", "listed_in")) == {
        ("11", "b.xml"),
        ("12", "b.xml"),
    }
    assert {"13", "14"} == set(
        Publication.objects.filter(deleted_at=None).values_list("pmid", flat=True)
    )


@pytest.mark.django_db
def test_only_known_leaves_strangers_out(write):
    PublicationFactory(pmid="11")
    PublicationFactory(pmid=None, doi="10.5555/x")
    doi = "</Article><Article><ELocationID EIdType='doi' ValidYN='Y'>10.5555/x</ELocationID>"
    path = write(
        "a.xml", article(11), article(12).replace("</Article>", doi + "</Article>"), article(13)
    )

    row, _ = read(path, only_known=True)

    assert counts(row) == {"changed": 2, "strangers": 1}
    assert sorted(Publication.objects.values_list("pmid", flat=True)) == ["11", "12"]


@pytest.mark.django_db
def test_reading_again_changes_nothing(write):
    path = write("a.xml", article(11), "<PubmedArticle/>", article(12))
    read(path)
    before = list(Publication.objects.order_by("pk").values())

    row, was_done = read(path, now=LATER, again=True)

    assert (counts(row), was_done) == ({"unchanged": 2, "bad": 1}, False)
    assert list(Publication.objects.order_by("pk").values()) == before
    assert (Payload.objects.count(), BadRecord.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_an_import_that_was_cut_off_goes_on_where_it_stopped(write, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    parts = [article(n) for n in range(11, 16)]
    parts.insert(1, "<PubmedArticle/>")
    path = write("a.xml", *parts)

    with pytest.raises(Died):
        import_file(path, clock=dying_after(4))
    half = FileImport.objects.get()
    assert (half.state, counts(half)) == ("running", {"new": 2, "bad": 1})

    row, _ = read(path)

    assert (row.pk, row.state, counts(row)) == (half.pk, "done", {"new": 5, "bad": 1})
    assert Publication.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_file_is_read_by_one_process_at_a_time(write):
    path = write("a.xml", whole=pubmed_file(300).decode())

    outcomes = at_once(*[lambda: read(path)] * 3)

    refused = [outcome for outcome in outcomes if isinstance(outcome, BeingImported)]
    finished = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    assert len(refused) + len(finished) == 3
    assert finished
    assert counts(FileImport.objects.get()) == {"new": 300}
    assert Publication.objects.count() == 300


@pytest.mark.django_db
def test_command_says_what_became_of_each_file(write):
    a = write("a.xml", article(11), article(12))
    b = write("b.xml.gz", article(12, "Other"), article(13), deletion(14))

    assert run(a, b).splitlines() == [
        "a.xml: 2 new",
        "b.xml.gz: 1 new, 1 changed, 1 deleted by PubMed",
        "In all: 3 new, 1 changed, 1 deleted by PubMed.",
    ]
    assert run(a).splitlines()[0] == "a.xml: 2 new (done before; --again reads it again)"


@pytest.mark.django_db
def test_command_fails_and_says_where_when_something_is_bad(write):
    path = write("a.xml", article(11), "<PubmedArticle/>")
    out = StringIO()

    with pytest.raises(CommandError, match="1 could not be read or stored; all else was") as error:
        call_command("import_pubmed", str(path), stdout=out, stderr=out)

    at = path.read_bytes().index(b"<PubmedArticle/>")
    assert error.value.returncode == 1
    assert f"a.xml, byte {at}: " in out.getvalue()
    assert Publication.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["/nowhere/a.xml"], "These are no files: /nowhere/a.xml"),
        ([__file__, "--as-of", "yesterday"], "takes a date like 2026-01-31, not 'yesterday'"),
        ([__file__, "--as-of", "2025-02-31"], "takes a date like 2026-01-31"),
        ([__file__, "--as-of", "2999-01-01"], "lies in the future"),
    ],
)
def test_command_says_what_it_takes(words, problem):
    with pytest.raises(CommandError, match=problem):
        run(*words)

    assert FileImport.objects.count() == 0


@pytest.mark.django_db
def test_command_dates_files_as_it_is_told(write):
    run(write("a.xml", article(11)), "--as-of", "2024-05-06")

    assert Publication.objects.get().fetched_at == datetime(2024, 5, 6, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_workers_read_files_side_by_side(write, process_environment):
    files = [write(f"{n}.xml.gz", whole=pubmed_file(200 + n, seed=n).decode()) for n in range(3)]

    done = command(process_environment, *files, "--workers", "2", "--json")

    assert done.returncode == 0, done.stderr
    totals = json.loads(done.stdout)
    seconds = totals.pop("seconds")
    assert totals["created"] + totals["updated"] + totals["unchanged"] + totals["older"] == 603
    assert set(totals) == {
        *("read", "created", "updated", "unchanged"),
        *("older", "strangers", "deleted", "rejected"),
    }
    assert (totals["read"], totals["created"], totals["rejected"]) == (603, 202, 0)
    assert seconds > 0
    assert "%|" not in done.stderr  # no bar where there is no terminal
    assert Publication.objects.count() == 202


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_finished_by_the_same_command(write, process_environment):
    path = write("a.xml.gz", whole=pubmed_file(6000).decode())
    child = subprocess.Popen(
        [sys.executable, "manage.py", "import_pubmed", str(path)],
        cwd=ROOT,
        env=process_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while child.poll() is None and not Publication.objects.exists():
        connection.close()
    child.kill()
    child.wait()
    half = FileImport.objects.get()
    assert half.state == "running"
    assert half.new == Publication.objects.count()

    done = command(process_environment, path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "a.xml.gz: 6,000 new"
    assert (Publication.objects.count(), Payload.objects.count()) == (6000, 6000)


def command(environment, *words):
    return subprocess.run(
        [sys.executable, "manage.py", "import_pubmed", *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
