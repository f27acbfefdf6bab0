"""Marking claims in a real browser: by mouse, by keyboard, and without a script."""

import pytest

from claims.models import Claim
from tests.browser.test_admin import Desk
from tests.claims.marked_article import (
    FIRST,
    SECOND,
    TEXT,
    anchored,
    article_with_text,
    span_of,
)
from tests.desk import person, url_of

pytestmark = pytest.mark.django_db

WORDS = "people who sleep less than five hours eat more sugar"
DRAG = """([block, from, to]) => {
    const node = document.querySelectorAll("[data-start]")[block];
    const box = (units) => {
        const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        let rest = units, text = walker.nextNode();
        while (rest > text.length) { rest -= text.length; text = walker.nextNode(); }
        const range = document.createRange();
        range.setStart(text, rest); range.setEnd(text, rest);
        const {left, top, height} = range.getBoundingClientRect();
        return [left, top + height / 2];
    };
    node.scrollIntoView({block: "center"});
    return [box(from), box(to)];
}"""


@pytest.fixture
def desk(visitor, live_server):
    return Desk(visitor, live_server.url, person("reviewer", "rita"))


@pytest.fixture
def snapshot():
    return article_with_text(title="Sleep and sugar")


def drag(page, words):
    """Drag the mouse over these words, which stand in one block."""
    block = next(n for n, text in enumerate(TEXT.split("\n\n")) if words in text)
    before, _, _ = TEXT.split("\n\n")[block].partition(words)
    units = [len(text.encode("utf-16-le")) // 2 for text in (before, before + words)]
    (left, top), (right, bottom) = page.evaluate(DRAG, [block, *units])
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=3)
    page.mouse.move(right, bottom, steps=3)
    page.mouse.up()


def test_claim_is_made_from_what_the_mouse_selects(desk, snapshot):
    """The block begins with signs that a browser counts double."""
    touching = anchored(snapshot, FIRST).claim

    def steps(page):
        page.goto(url_of(snapshot))
        page.click("text=Mark claims")
        drag(page, WORDS)
        told = page.inner_text("#marking-chosen")
        page.click("#marking-send")
        seen = page.inner_text(".desk-passage"), page.inner_text(".desk-touching li")
        page.fill("#id_mark-statement", "Short nights make people crave sweets.")
        page.select_option("#id_mark-claim_type", "causation")
        page.click("text=Make the claim")
        return told, seen, page.url, page.inner_text(".messagelist")

    told, seen, url, message = desk.does(steps)

    claim = Claim.objects.latest("pk")
    assert told == f"10 words: “{WORDS}”"
    assert seen == (
        WORDS,
        f"{touching.public_id} {touching.statement} (around your passage, in review)",
    )
    assert url.partition("#")[0].endswith(url_of(claim))
    assert message.startswith(f"{claim.public_id} is made, as a draft.")
    anchor = claim.anchors.get()
    assert {"start": anchor.start, "end": anchor.end} == span_of(WORDS)
    assert desk.complaints == []


def test_passage_is_selected_by_keys_alone(desk, snapshot):
    def steps(page):
        page.goto(f"{url_of(snapshot)}../mark-claims/")
        page.focus("#marking-text")
        keys = ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", *["Shift+ArrowRight"] * 4]
        told = []
        for key in [*keys, "Shift+ArrowLeft", "Shift+ArrowDown", "ArrowUp", "Shift+ArrowDown"]:
            page.keyboard.press(key)
            told.append(page.inner_text("#marking-chosen"))
        page.keyboard.press("Enter")
        page.wait_for_selector(".desk-passage")
        return told, page.inner_text(".desk-passage")

    told, passage = desk.does(steps)

    assert told == [
        "1 word: “Sweets”",
        "1 word: “In”",
        "1 word: “the”",
        "1 word: “SAVIOR”",
        "2 words: “SAVIOR trial”",
        "3 words: “SAVIOR trial, twelve”",
        "4 words: “SAVIOR trial, twelve men”",
        "5 words: “SAVIOR trial, twelve men slept”",
        "4 words: “SAVIOR trial, twelve men”",
        f"13 words: “{SECOND[SECOND.index('SAVIOR') : -1]}”",
        "1 word: “Sweets”",
        f"13 words: “{FIRST[3:-1]}”",
    ]
    assert passage == FIRST[3:-1]
    assert desk.complaints == []
