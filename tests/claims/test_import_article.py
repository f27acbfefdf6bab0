"""The command that imports an article, and the worker's way to do the same."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from claims.actions.errors import NotAllowed
from claims.actions.imports import (
    AlreadyFetching,
    begin_import,
    fail_import,
    finish_import,
    request_import,
)
from claims.anchors import fingerprint
from claims.models import ArticleImport, ArticleSnapshot
from claims.tasks import import_article_page
from claims.web import Page
from tests.desk import person
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleImportFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WORDS = "Short nights make people eat more sugar"
TEXT = f"Of sleep. {WORDS}. There is more to say about it, and it is said in this long paragraph."
PAGE = f"<html><body><article><p>{TEXT}</p></article></body></html>"


@pytest.fixture
def article():
    article = ArticleFactory(key="sleep", title="Sleep")
    made = fingerprint(WORDS)
    ClaimAnchorFactory(
        claim=ClaimFactory(article=article),
        snapshot=ArticleSnapshotFactory(article=article),
        fingerprint_words=made.words,
        fingerprint_sha256=made.sha256,
    )
    return article


@pytest.mark.parametrize(("option", "content"), [("text", TEXT), ("html", PAGE)])
def test_command_imports_a_file(article, tmp_path, capsys, option, content):
    file = tmp_path / "file"
    file.write_text(content)

    call_command("import_article", "sleep", f"--{option}", file, "--json")

    told = json.loads(capsys.readouterr().out)
    assert told == {"exact": 0, "relocated": 1, "ambiguous": 0, "orphaned": 0}
    assert ArticleSnapshot.objects.with_text().get().text == TEXT


def test_command_tells_people_too(article, tmp_path, capsys):
    (tmp_path / "file").write_text(TEXT)

    call_command("import_article", "sleep", "--text", tmp_path / "file")

    assert capsys.readouterr().out == "0 exact, 1 relocated, 0 ambiguous, 0 orphaned\n"


@pytest.mark.parametrize(
    ("key", "content", "told"),
    [
        ("slep", TEXT, "There is no article 'slep'; there is: sleep."),
        ("sleep", " ", "{file}: The text is empty."),
        ("sleep", b"caf\xe9", "{file}: not UTF-8 at byte 3"),
        ("sleep", None, "{file}: No such file or directory"),
    ],
    ids=["key", "empty", "bytes", "missing"],
)
def test_command_says_what_is_wrong(article, tmp_path, key, content, told):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(CommandError) as error:
        call_command("import_article", key, "--text", file)

    assert str(error.value) == told.format(file=file)


def test_command_fetches_nothing_from_this_machine(article):
    with pytest.raises(CommandError) as error:
        call_command("import_article", "sleep", "--url", "http://127.0.0.1:9/")

    assert str(error.value).startswith("http://127.0.0.1:9/: “127.0.0.1” is at 127.0.0.1, which")


def test_worker_imports_what_was_asked_for(article):
    reviewer = person("reviewer", "Rita")
    wish = request_import(article, "https://a.example/", by=reviewer, now=NOW)

    begun = begin_import(wish.pk, now=NOW)
    snapshot = finish_import(begun, Page(wish.url, "text/html", None, PAGE.encode()), now=NOW)

    wish.refresh_from_db()
    assert (wish.state, wish.snapshot, wish.started_at, wish.finished_at) == (
        "done",
        snapshot,
        NOW,
        NOW,
    )
    assert snapshot.text == TEXT


def test_worker_imports_plain_text(article):
    begun = begin_import(_wish(article).pk, now=NOW)

    snapshot = finish_import(begun, Page(begun.url, "text/plain", "utf-8", TEXT.encode()), now=NOW)

    assert snapshot.text == TEXT


def test_import_is_begun_once(article):
    wish = _wish(article)

    assert begin_import(wish.pk, now=NOW) == wish
    assert begin_import(wish.pk, now=NOW) is None
    assert import_article_page(wish.pk) == "not queued"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:9/", "“127.0.0.1” is at 127.0.0.1, which is not on the public internet"),
        ("gopher://a.example/", "“gopher://a.example/” is not fetched"),
    ],
)
def test_task_records_why_it_failed(article, url, told):
    wish = _wish(article, url=url)

    assert import_article_page(wish.pk) == "failed"

    wish.refresh_from_db()
    assert (wish.state, wish.error[: len(told)]) == ("failed", told)


def test_import_that_was_given_up_stays_so(article):
    wish = begin_import(_wish(article).pk, now=NOW)
    fail_import(wish, "Given up.", now=NOW)

    fail_import(wish, "Failed again.", now=NOW)

    wish.refresh_from_db()
    assert wish.error == "Given up."


def test_one_import_of_an_article_at_a_time(article):
    _wish(article)

    with pytest.raises(AlreadyFetching):
        request_import(article, "https://b.example/", by=person("editor", "Edith"), now=NOW)


def test_import_that_no_worker_ended_stands_in_nobody_s_way(article):
    lost = _wish(article)
    later = NOW + timedelta(minutes=16)

    wish = request_import(article, "https://b.example/", by=person("editor", "Edith"), now=later)

    lost.refresh_from_db()
    assert (lost.state, lost.error, lost.finished_at) == (
        "failed",
        "No worker finished it: see that one runs, and import the page again.",
        later,
    )
    assert list(ArticleImport.objects.live()) == [wish]


def test_import_is_asked_for_by_permission(article):
    with pytest.raises(NotAllowed):
        request_import(article, "https://a.example/", by=UserFactory(), now=NOW)


def _wish(article, **values):
    return ArticleImportFactory(article=article, requested_by=person("reviewer", "Rita"), **values)
