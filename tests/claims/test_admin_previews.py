"""Imports and corrections of the body are looked at before they are done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from claims.actions.articles import correct_body
from claims.actions.errors import AlreadyDone, Outdated
from claims.actions.imports import (
    begin_import,
    confirm_import,
    discard_import,
    finish_import,
    request_import,
    stage_import,
)
from claims.actions.previews import preview_body, preview_import
from claims.models import ArticleImport, ArticleSnapshot
from claims.web import Page
from tests.at_once import at_once
from tests.claims.marked_article import (
    BODY,
    COMMENT,
    FIRST,
    SECOND,
    TEXT,
    anchored,
    article_with_text,
)
from tests.desk import errors_in, messages_in, person, tools_on, url_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

HUNGER = "Hunger grows at night"
#: SECOND stands twice, HUNGER no more.
ALTERED = TEXT.replace(HUNGER, "Hunger wanes by day").replace(FIRST, f"{FIRST}\n\n{SECOND}")


@pytest.fixture
def by():
    return UserFactory(admin=True)


@pytest.fixture
def snapshot():
    return made()


def made():
    snapshot = article_with_text(title="Sleep")
    anchored(snapshot, "people who sleep less than five hours")
    anchored(snapshot, SECOND)
    anchored(snapshot, HUNGER)
    anchored(snapshot, "sleep more is all I say")
    anchored(snapshot, COMMENT, voice="reader_comment")
    return snapshot


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Rita"))
    return client


def tool_url(record, name):
    return url_of(record).replace("/change/", f"/{name}/")


def staged(snapshot, by, text=ALTERED):
    return stage_import(snapshot.article, text.encode(), is_page=False, by=by, now=NOW)


def previewed(client, snapshot, **given):
    sent = {**given, "_preview": "Preview"}
    return client.post(tool_url(snapshot.article, "import-text"), sent, follow=True)


def facts_in(response):
    page = html.fromstring(response.content.decode())
    return [each.text_content() for each in page.xpath("//dl[@class='desk-facts']/dd")]


def test_preview_tells_what_an_import_would_do(snapshot, by):
    found = preview_import(staged(snapshot, by))

    assert found.title == "Menu and search"
    assert (found.is_known, found.differing) == (False, 2)
    assert found.counts == {"exact": 0, "relocated": 3, "ambiguous": 1, "orphaned": 1}
    assert [each.after for each in found.unclear] == ["ambiguous", "orphaned"]
    assert ArticleSnapshot.objects.count() == 1


def test_preview_of_a_page_tells_body_from_comments(snapshot, by):
    page = (
        "<!doctype html><html><head><title>Sleep, again</title></head><body><article>"
        f"<p>{SECOND}</p><p>{HUNGER} and so on. {'More is said here. ' * 9}</p></article>"
        f"<div class='comments'><ol class='comment-list'><li class='comment'><div class='comment-body'><p>{COMMENT}</p></div></li></ol></div>"
        "</body></html>"
    )
    wish = stage_import(snapshot.article, page.encode(), is_page=True, by=by, now=NOW)

    found = preview_import(wish)

    assert found.title == "Sleep, again"
    assert (found.body_words, found.outside_words) == (58, 12)
    assert found.counts == {"exact": 0, "relocated": 3, "ambiguous": 0, "orphaned": 2}


def test_confirmed_import_is_what_was_previewed(snapshot, by):
    wish = staged(snapshot, by)

    done = confirm_import(wish, by=by, now=NOW)

    wish.refresh_from_db()
    assert done.text == ALTERED
    assert (wish.state, wish.snapshot, wish.content, wish.finished_at) == ("done", done, None, NOW)
    assert confirm_import(wish, by=by, now=NOW) == done


def test_discarded_import_keeps_nothing(snapshot, by):
    wish = staged(snapshot, by)

    for _ in range(2):
        discard_import(wish, by=by, now=NOW)

    wish.refresh_from_db()
    assert (wish.state, wish.content) == ("discarded", None)
    with pytest.raises(AlreadyDone, match="It is discarded"):
        confirm_import(wish, by=by, now=NOW)
    assert ArticleSnapshot.objects.count() == 1


def test_fetched_page_waits_for_a_look(snapshot, by):
    url = "https://article.example/page"
    wish = request_import(snapshot.article, url, wants_preview=True, by=by, now=NOW)
    page = Page(url=url, media_type="text/plain", charset="utf-8", body=ALTERED.encode())

    stored = finish_import(begin_import(wish.pk, now=NOW), page, now=NOW)

    wish.refresh_from_db()
    assert (stored, wish.state, bytes(wish.content)) == (None, "preview", ALTERED.encode())
    assert confirm_import(wish, by=by, now=NOW).text == ALTERED


@pytest.mark.django_db(transaction=True)
def test_import_confirmed_by_two_at_once_is_stored_once():
    snapshot, by = made(), UserFactory(admin=True)
    wish = staged(snapshot, by)

    outcomes = at_once(*[lambda: confirm_import(wish, by=by, now=NOW)] * 2)

    assert outcomes[0] == outcomes[1]
    assert ArticleSnapshot.objects.count() == 2


@pytest.mark.parametrize("how", ["pasted", "file"])
def test_reviewer_looks_at_an_import_and_confirms_it(reviewer, snapshot, how):
    given = ALTERED if how == "pasted" else SimpleUploadedFile("a.txt", ALTERED.encode())

    shown = previewed(reviewer, snapshot, **{how: given})
    wish = ArticleImport.objects.get()
    done = reviewer.post(tool_url(wish, "confirm"), follow=True)

    assert facts_in(shown) == [
        "Menu and search",
        "56 words in 4 paragraphs",
        "21 words, 2 of its blocks readers' comments",
        "0 exact, 3 relocated, 1 ambiguous, 1 orphaned",
        "new",
        "in 2 paragraphs",
    ]
    assert tools_on(shown) == ["Import it", "Discard it"]
    assert messages_in(done)[0].startswith("The text is imported.")
    assert tools_on(done) == []


def test_reviewer_discards_an_import(reviewer, snapshot):
    previewed(reviewer, snapshot, pasted=ALTERED)

    reviewer.post(tool_url(ArticleImport.objects.get(), "discard"))

    assert ArticleImport.objects.get().state == "discarded"


def test_preview_says_why_a_text_cannot_be_imported(reviewer, snapshot):
    response = previewed(reviewer, snapshot, pasted="Quite another text.")

    assert "None of the 5 claims stands in this text. Is it “Sleep”?" in response.content.decode()


def test_address_is_fetched_for_a_preview(
    reviewer, snapshot, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("claims.tasks.import_article_page.delay", lambda *args: sent.append(args))

    with django_capture_on_commit_callbacks(execute=True):
        response = previewed(reviewer, snapshot, url="https://article.example/page")

    wish = ArticleImport.objects.get()
    assert (wish.wants_preview, sent) == (True, [(wish.pk,)])
    assert "The page is being fetched: load this page again" in response.content.decode()
    second = previewed(reviewer, snapshot, url="https://article.example/page")
    assert "is being fetched for this article" in errors_in(second)[0]


def test_preview_needs_something_to_look_at(reviewer, snapshot):
    assert errors_in(previewed(reviewer, snapshot)) == [
        "Give an address, a file or a text, and only one of them."
    ]


def test_body_preview_counts_words_and_names_affected_claims(snapshot):
    found = preview_body(snapshot, start=0, end=len(TEXT))

    assert (found.words_in, found.words_out, found.come_in, found.fall_out) == (62, 0, 21, 0)
    assert found.affected == []
    assert found.refusal == ""


def test_body_preview_says_what_would_be_refused(snapshot):
    found = preview_body(snapshot, start=BODY[0], end=TEXT.index(SECOND))

    assert (found.come_in, found.fall_out) == (0, 28)
    assert "these would be outside it" in found.refusal
    assert [each.after for each in found.affected] == ["outside the body"] * 3


def test_body_preview_names_claims_whose_place_would_change(snapshot, by):
    twin = stage_import(snapshot.article, ALTERED.encode(), is_page=False, by=by, now=NOW)
    second = confirm_import(twin, by=by, now=NOW)

    place = second.text.rindex(SECOND)
    found = preview_body(second, start=place, end=second.text.index(COMMENT) - 2)

    assert sorted(each.after for each in found.affected) == [
        "outside the body",
        f"relocated at {place} to {place + len(SECOND) - 1}",
    ]


def test_effect_is_shown_before_it_is_saved(reviewer, snapshot):
    given = {"body_start": 0, "body_end": len(TEXT), "_preview": "Preview"}

    response = reviewer.post(tool_url(snapshot, "correct-body"), given)

    assert facts_in(response) == ["62 words (21 come in)", "0 words (0 fall out)", "0"]
    snapshot.refresh_from_db()
    assert (snapshot.body_start, snapshot.body_end) == BODY


def test_body_corrected_meanwhile_is_told_and_yours_is_kept(reviewer, snapshot, by):
    correct_body(snapshot, start=0, end=BODY[1], by=by, now=NOW)
    given = {"body_start": 2, "body_end": BODY[1], "opened": f"{BODY[0]}-{BODY[1]}"}

    refused = reviewer.post(tool_url(snapshot, "correct-body"), given)
    page = html.fromstring(refused.content.decode())
    [form] = page.xpath("//div[@id='content-main']//form")
    reviewer.post(tool_url(snapshot, "correct-body"), dict(form.form_values()))

    assert errors_in(refused) == [
        "Somebody has corrected the body since you opened it: it goes from 0 to "
        f"{BODY[1]} now. Yours is kept below: send it again to put it in place of theirs."
    ]
    snapshot.refresh_from_db()
    assert (snapshot.body_start, snapshot.body_end) == (2, BODY[1])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_a_body_at_once_one_is_told():
    snapshot, by = article_with_text(), UserFactory(admin=True)

    outcomes = at_once(
        *(
            lambda start=start: correct_body(
                snapshot, start=start, end=BODY[1], opened=BODY, by=by, now=NOW
            )
            for start in (0, 5)
        )
    )

    assert [isinstance(each, Outdated) for each in outcomes].count(True) == 1
