"""Importing an article's text at the desk: by file, paste and address; its body, and what changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html

from claims.anchors import fingerprint
from claims.models import ArticleImport, ArticleSnapshot
from tests.desk import errors_in, messages_in, person, tools_on, url_of
from tests.factories import (
    ArticleFactory,
    ArticleImportFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    sha256,
)

pytestmark = pytest.mark.django_db

SENTENCE = "Short nights make people eat more sugar."
TEXT = (
    f"Menu\n\nAn opening paragraph.\n\nAnd so: {SENTENCE}\n\nThe end of it.\n\nA reader's comment."
)


@pytest.fixture
def editor(client):
    client.force_login(person("editor", "Edith"))
    return client


@pytest.fixture
def article():
    """Return an article with one claim, whose sentence is known by its fingerprint only."""
    article = ArticleFactory(title="Sleep and sugar")
    mark(ArticleSnapshotFactory(article=article))
    return article


def mark(snapshot, words=SENTENCE, **values):
    found = fingerprint(words)
    return ClaimAnchorFactory(
        claim=ClaimFactory(article=snapshot.article, **values),
        snapshot=snapshot,
        fingerprint_words=found.words,
        fingerprint_sha256=found.sha256,
    )


def tool_url(record, name):
    return url_of(record).replace("/change/", f"/{name}/")


def imported(client, article, **given):
    return client.post(tool_url(article, "import-text"), given, follow=True)


def shown(response, *path):
    """Return the texts of the elements of this class, or of their descendants of this name."""
    page = html.fromstring(response.content.decode())
    within = "".join(f"//{name}" for name in path[1:])
    found = page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {path[0]} ')]{within}")
    return [" ".join(each.text_content().split()) for each in found]


def test_pasted_text_is_imported(editor, article):
    response = imported(editor, article, pasted=TEXT)

    snapshot = ArticleSnapshot.objects.with_text().get()
    assert messages_in(response) == [
        "The text is imported. Claims: 0 exact, 1 relocated, 0 ambiguous, 0 orphaned. "
        f'<a href="{url_of(snapshot)}">See the text and where its body begins and ends</a>.'
    ]
    assert snapshot.text == TEXT


def test_text_file_is_imported(editor, article):
    file = SimpleUploadedFile("text.txt", f"\ufeff{TEXT}".encode("utf-16"))

    imported(editor, article, file=file)

    assert ArticleSnapshot.objects.with_text().get().text == TEXT


@pytest.mark.parametrize("name", ["saved.HTML", "saved"])
def test_saved_page_is_imported_without_its_menu(editor, article, name):
    page = (
        f"<!DOCTYPE html><nav><a href=/>Menu</a></nav><article><p>{SENTENCE} It takes one night.</p>"
        f"<p>{'There is more to say. ' * 10}</p></article>"
    )

    imported(editor, article, file=SimpleUploadedFile(name, page.encode()))

    text = ArticleSnapshot.objects.with_text().get().text
    assert text.split("\n\n")[0] == f"{SENTENCE} It takes one night."


def test_text_that_is_known_is_not_kept_twice(editor, article):
    imported(editor, article, pasted=TEXT)

    response = imported(editor, article, pasted=TEXT)

    assert messages_in(response)[0].startswith(
        "This text was known already. Claims: 0 exact, 1 rel"
    )
    assert ArticleSnapshot.objects.with_text().count() == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Give an address, a file or a text, and only one of them."),
        ({"pasted": TEXT, "url": "https://a.example/"}, "Give an address, a file or a text, and only one of them."),
        ({"url": "file:///etc/passwd"}, "“file:///etc/passwd” is not fetched: give an address with http:// or https://."),
        ({"pasted": "Quite another text."}, "None of the 1 claims stands in this text. Is it “Sleep and sugar”?"),
    ],
    ids=["nothing", "two", "address", "another"],
)  # fmt: skip
def test_what_cannot_be_imported_is_told(editor, article, given, told):
    response = imported(editor, article, **given)

    assert errors_in(response) == [told]
    assert not ArticleSnapshot.objects.with_text().exists()


def test_file_may_not_be_too_large(editor, article, monkeypatch):
    monkeypatch.setattr("claims.admin.import_form.LARGEST", 10)

    response = imported(editor, article, file=SimpleUploadedFile("a.txt", b"more than ten"))

    assert errors_in(response) == ["The file is larger than 5 MB: import its text alone."]


def test_address_is_left_to_a_worker(editor, article, django_capture_on_commit_callbacks, sent):
    with django_capture_on_commit_callbacks(execute=True):
        response = imported(editor, article, url="https://article.example/page#part")

    wish = ArticleImport.objects.get()
    assert (wish.url, wish.state, wish.requested_by.username) == (
        "https://article.example/page",
        "queued",
        "Edith",
    )
    assert sent == [(wish.pk,)]
    assert messages_in(response) == [
        "The page is being fetched. “Import text” shows how far it is."
    ]


@pytest.fixture
def sent(monkeypatch):
    """Return the arguments of the messages to workers, which are not sent."""
    messages = []
    monkeypatch.setattr(
        "claims.tasks.import_article_page.delay", lambda *args: messages.append(args)
    )
    return messages


def test_page_shows_how_far_imports_are(editor, article):
    ArticleImportFactory(article=article, failed=True, error="The server answered 404.")
    ArticleImportFactory(article=article, running=True)

    response = editor.get(tool_url(article, "import-text"))

    assert shown(response, "desk-table", "td[4]") == [
        "running",
        "failed The server answered 404.",
    ]


def test_second_import_waits_for_the_first(editor, article):
    ArticleImportFactory(article=article, requested_at=timezone.now())

    response = imported(editor, article, url="https://article.example/other")

    assert errors_in(response) == [
        "https://article.example/page is being fetched for this article: wait for its end."
    ]


@pytest.mark.parametrize(
    ("role", "tools"), [("editor", ["Import text"]), ("reviewer", ["Import text"])]
)
def test_editors_and_reviewers_import(client, article, role, tools):
    client.force_login(person(role, "Rita"))

    assert tools_on(client.get(url_of(article))) == tools


def test_someone_without_permission_does_not_import(client, article):
    reader = person("reviewer", "Rita")
    reader.groups.clear()
    client.force_login(reader)

    assert imported(client, article, pasted=TEXT).status_code == 403


@pytest.fixture
def snapshot(editor, article):
    imported(editor, article, pasted=TEXT)
    return ArticleSnapshot.objects.with_text().get()


def test_snapshot_shows_its_body(editor, snapshot):
    response = editor.get(url_of(snapshot))

    assert shown(response, "desk-in") == [f"29-77 And so: {SENTENCE}"]
    assert shown(response, "desk-out") == [
        "0-4 Menu",
        "6-27 An opening paragraph.",
        "79-93 The end of it.",
        "95-114 A reader's comment.",
    ]


def test_body_is_previewed_without_being_changed(editor, snapshot):
    given = {"body_start": 6, "body_end": 93, "_preview": "Preview"}

    response = editor.post(tool_url(snapshot, "correct-body"), given)

    snapshot.refresh_from_db()
    assert (snapshot.body_start, snapshot.body_end) == (29, 77)
    assert shown(response, "desk-out") == ["0-4 Menu", "95-114 A reader's comment."]


def test_preview_cuts_a_paragraph_where_the_body_ends(editor, snapshot):
    given = {"body_start": 9, "body_end": 93, "_preview": "Preview"}

    response = editor.post(tool_url(snapshot, "correct-body"), given)

    assert shown(response, "desk-text", "p")[:3] == [
        "0-4 Menu",
        "6-9 An",
        "9-27 opening paragraph.",
    ]


def test_body_is_corrected(editor, snapshot):
    given = {"body_start": 6, "body_end": 93}

    response = editor.post(tool_url(snapshot, "correct-body"), given, follow=True)

    snapshot.refresh_from_db()
    assert (snapshot.body_start, snapshot.body_end) == (6, 93)
    assert messages_in(response) == [
        "The body is corrected. Claims: 0 exact, 1 relocated, 0 ambiguous, 0 orphaned."
    ]


def test_body_that_leaves_claims_out_is_refused(editor, snapshot):
    claim = snapshot.anchors.get().claim

    response = editor.post(
        tool_url(snapshot, "correct-body"), {"body_start": 0, "body_end": 50}, follow=True
    )

    assert errors_in(response) == [
        "The author's claims stand in the body, but these would be outside it: "
        f"{claim.public_id} at 37 to 76."
    ]


def test_new_text_shows_what_changed_word_by_word(editor, article, snapshot):
    imported(editor, article, pasted=TEXT.replace("An opening", "One opening") + "\n\nA new one.")
    latest = ArticleSnapshot.objects.with_text().latest("pk")

    response = editor.get(url_of(latest))

    assert shown(response, "desk-revision", "p") == ["AnOne opening paragraph.", "A new one."]
    assert shown(response, "desk-revision", "del") == ["An"]
    assert shown(response, "desk-revision", "ins") == ["One", "A new one."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT, "There is no earlier text of this article here."),
        (TEXT.replace("\n\n", "\n \n"), "The words are the same; only lines and spaces differ."),
    ],
)
def test_snapshot_says_when_nothing_changed(editor, article, text, told):
    imported(editor, article, pasted=TEXT)
    imported(editor, article, pasted=text)
    latest = ArticleSnapshot.objects.with_text().latest("pk")

    response = editor.get(url_of(latest))

    assert shown(response, "field-changes", "div[@class='readonly']") == [told]


def test_text_that_is_not_here_is_not_shown(editor, article):
    response = editor.get(url_of(article.snapshots.get()))

    assert shown(response, "field-body", "div[@class='readonly']") == [
        "Not imported: only its fingerprint is known."
    ]
    assert tools_on(response) == []


def test_text_is_shown_as_text(editor):
    snapshot = ArticleSnapshotFactory(text="<script>alert(1)</script>")

    response = editor.get(url_of(snapshot))

    assert shown(response, "desk-in") == ["0-25 <script>alert(1)</script>"]
    assert snapshot.sha256 == sha256("<script>alert(1)</script>")
