"""Marking claims in a real browser: by mouse, by keyboard, and without a script."""

import pytest

from claims.actions.articles import import_text
from claims.models import Citation, Claim
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
from tests.factories import NOW, EvidenceItemFactory, TrialFactory, UserFactory

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
    page.wait_for_selector("#marking-text")
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
        seen += (page.get_attribute("#id_mark-key", "placeholder"),)
        page.select_option("#id_mark-claim_type", "causation")
        page.click("text=Make the claim")
        return told, seen, page.url, page.inner_text(".messagelist")

    told, seen, url, message = desk.does(steps)

    claim = Claim.objects.latest("pk")
    assert told == f"10 words: “{WORDS}”"
    assert seen == (
        WORDS,
        f"{touching.public_id} {touching.statement} (around your passage, in review)",
        claim.key,
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


def test_word_is_tied_to_the_trial_that_it_names(desk, snapshot):
    claim = anchored(snapshot, SECOND).claim
    trial = TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])

    def steps(page):
        page.goto(f"{url_of(snapshot)}../mark-claims/")
        drag(page, "SAVIOR")
        page.click("#marking-send")
        offered = page.inner_text("#id_cite-meant label:has(input:checked)").strip()
        page.select_option("#id_cite-accuracy", "minor_error")
        page.fill("#id_cite-note", "The trial is called otherwise.")
        page.click("text=Record the citation")
        return offered, page.inner_text(".messagelist")

    offered, told = desk.does(steps)

    citation = Citation.objects.get()
    assert offered == f"{trial}: {trial.title}"
    assert (citation.raw, citation.claim, citation.trial) == ("SAVIOR", claim, trial)
    assert told == f"{citation} is recorded."
    assert desk.complaints == []


def test_claim_is_split_into_parts(desk, snapshot):
    claim = anchored(snapshot, SECOND).claim
    item = EvidenceItemFactory(claim=claim)

    def steps(page):
        page.goto(url_of(claim))
        page.click("text=Split into parts")
        page.fill("#id_statement-1", "Tired men eat more sugary food.")
        page.select_option("#id_role-1", "core")
        page.fill("#id_statement-2", "The men had four hours of sleep.")
        page.fill("#id_passage-2", "slept four hours")
        page.select_option(f"#id_item-{item.pk}", "1")
        page.click("input[value='Split into parts']")
        return page.inner_text(".messagelist")

    told = desk.does(steps)

    first, second = claim.parts.order_by("pk")
    assert told == f"{claim.public_id} has the parts {first.public_id}, {second.public_id}."
    assert (first.evidence.get(), second.anchors.count()) == (item, 1)
    assert desk.complaints == []


def test_place_is_chosen_by_a_click(desk, snapshot):
    anchored(snapshot, SECOND)
    text = f"{SECOND}\n\n{TEXT}"
    other = import_text(snapshot.article, text, by=UserFactory(admin=True), now=NOW).snapshot

    def steps(page):
        page.goto(url_of(other))
        page.click("text=Settle 1 place")
        page.locator("button[name=span]").nth(1).click()
        return page.inner_text(".messagelist"), page.inner_text("#content-main > p:last-child")

    told, left = desk.does(steps)

    anchor = other.anchors.get()
    assert anchor.start == text.rindex(SECOND)
    assert told.endswith(f"stands at {anchor.start} to {anchor.end}.")
    assert left == "Every claim has its place in this text."
    assert desk.complaints == []


def test_claim_is_made_without_a_script(visitor, desk, snapshot):
    def steps():
        context = visitor.browser.new_context(base_url=desk.address, java_script_enabled=False)
        context.add_cookies([desk.cookie])
        page = context.new_page()
        page.goto(f"{url_of(snapshot)}../mark-claims/")
        page.fill("#id_passage", WORDS.upper())
        page.click("text=Find the passage")
        page.fill("#id_mark-statement", "Short nights make people crave sweets.")
        page.select_option("#id_mark-claim_type", "causation")
        page.click("text=Make the claim")
        told = page.inner_text(".messagelist")
        context.close()
        return told

    told = visitor.thread.submit(steps).result()

    claim = Claim.objects.get()
    assert told.startswith(f"{claim.public_id} is made, as a draft.")
    anchor = claim.anchors.get()
    assert {"start": anchor.start, "end": anchor.end} == span_of(WORDS)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_pages_are_no_wider_than_the_window(desk, snapshot, width):
    claim = anchored(snapshot, SECOND).claim
    EvidenceItemFactory(claim=claim)
    text = f"{SECOND}\n\n{TEXT}"
    other = import_text(snapshot.article, text, by=UserFactory(admin=True), now=NOW).snapshot
    marking = f"{url_of(snapshot)}../mark-claims/"
    paths = [
        marking,
        marking + "?start={start}&end={end}".format(**span_of(SECOND)),
        f"{url_of(other)}../places/",
        f"{url_of(claim)}../split/",
    ]

    def overflow(page):
        page.set_viewport_size({"width": width, "height": 900})
        wide = []
        for path in paths:
            page.goto(path)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide += [path] if over > 0 else []
        return wide

    assert desk.does(overflow) == []
    assert desk.complaints == []
