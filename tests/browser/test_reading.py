"""Reading an article in a real browser: by keyboard, by link, narrow and wide, with and without script."""

import pytest

from tests.browser.conftest import Visit
from tests.factories import (
    ArticleFactory,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

FINE = Visit(status=200, overflow=0)
WINDOWS = [(320, "light"), (390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
FIRST = "Insulin opens the door for glucose in every cell that has a lock to turn."
SECOND = "Glucose walks in and sits down at a table by the window until evening."
TEXT = f"{FIRST}\n\n{SECOND}"


def row(words, **known):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "sha256": "", **known}


OUTLINE = {
    "sections": [
        row(FIRST, key="S0", label="the door", paragraphs=[1]),
        row(SECOND, key="S1", label="the room", paragraphs=[2]),
    ],
    "paragraphs": [row(FIRST, number=1, section="S0"), row(SECOND, number=2, section="S1")],
}


def claim_on(snapshot, words, sign, **known):
    claim = ClaimFactory(article=snapshot.article, **known)
    start = TEXT.index(words)
    status = "exact" if snapshot.text else "unresolved"
    section, paragraph = ("S0", 1) if words in FIRST else ("S1", 2)
    ClaimAnchorFactory(
        claim=claim,
        snapshot=snapshot,
        start=start,
        end=start + len(words),
        status=status,
        section=section,
        paragraph=paragraph,
    )
    VerdictFactory(claim=claim, **{sign: True})
    return claim


def claims_on(snapshot):
    return [
        claim_on(snapshot, "Insulin opens the door", "supported"),
        claim_on(snapshot, "the door for glucose", "contradicted"),
        claim_on(snapshot, "Glucose walks in", "partly"),
    ]


@pytest.fixture
def article():
    return ArticleFactory(key="doors", url="https://example.org/doors")


@pytest.fixture
def claims(article):
    """Three claims in a text that was imported; the first two overlap."""
    claims = claims_on(ArticleSnapshotFactory(article=article, text=TEXT, outline=OUTLINE))
    CitationFactory(claim=claims[0], resolved=True)
    return claims


@pytest.fixture
def url(live_server, article):
    return f"{live_server.url}{article.get_absolute_url()}"


def ids(claims, *wanted):
    return [claims[number].public_id for number in wanted]


def travelled(visitor, url, *keys):
    """Return what has the focus after each of these keys."""

    def travel(page):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(url)
        found = []
        for key in keys:
            page.keyboard.press(key)
            found.append(page.evaluate("document.activeElement.id"))
        return found

    return visitor.do(travel)


@pytest.mark.parametrize("is_imported", [True, False])
def test_reading_view_fits_every_window_and_keeps_the_policy(visitor, url, article, is_imported):
    snapshot = ArticleSnapshotFactory(
        article=article,
        outline=OUTLINE,
        **({"text": TEXT} if is_imported else {"code_points": len(TEXT)}),
    )
    claims_on(snapshot)

    visits = {window: visitor.visit(url, width=window[0], scheme=window[1]) for window in WINDOWS}

    assert visits == dict.fromkeys(WINDOWS, FINE)


@pytest.mark.parametrize(("forth", "back"), [("n", "p"), ("j", "k")])
def test_keys_travel_from_claim_to_claim_and_stop_at_the_ends(visitor, url, claims, forth, back):
    one, two, three = ids(claims, 0, 1, 2)

    found = travelled(visitor, url, forth, forth, forth, forth, back, back, back)

    assert found == [one, two, three, three, two, one, one]


def test_what_the_keys_reach_is_in_view_and_has_a_visible_focus(visitor, url, claims):
    def look(page):
        page.set_viewport_size({"width": 390, "height": 500})
        page.goto(url)
        for _ in range(3):
            page.keyboard.press("n")
        page.wait_for_timeout(1000)  # it may glide there
        at = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        return at["top"] >= 0 and at["bottom"] <= 500, style

    assert visitor.do(look) == (True, "solid")


def test_enter_leads_from_mark_to_card_and_o_to_the_claims_page(visitor, url, claims):
    def follow(page):
        page.goto(url)
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        page.wait_for_url("**#card-*")
        at_card = page.evaluate("location.hash")
        page.keyboard.press("n")
        page.keyboard.press("o")
        page.wait_for_url("**/claims/**")
        return at_card, page.evaluate("location.pathname")

    one, two = claims[:2]
    assert visitor.do(follow) == (f"#card-{one.public_id}", two.get_absolute_url())


def test_tab_alone_reaches_marks_cards_and_claims(visitor, url, claims):
    def tab(page):
        page.goto(f"{url}#reading")
        found = []
        for _ in range(60):
            page.keyboard.press("Tab")
            found.append(
                page.evaluate("document.activeElement.id || document.activeElement.pathname")
            )
        return found

    reached = list(dict.fromkeys(visitor.do(tab)))

    assert [each for each in reached if each in ids(claims, 0, 1, 2)] == ids(claims, 0, 1, 2)
    assert {claim.get_absolute_url() for claim in claims} <= set(reached)


def test_question_mark_shows_the_keys_and_escape_closes_them(visitor, url, claims):
    def ask(page):
        page.goto(url)
        page.keyboard.press("n")
        page.keyboard.press("?")
        is_open = page.evaluate("document.getElementById('keys').open")
        page.keyboard.press("n")
        page.keyboard.press("Escape")
        return is_open, page.evaluate(
            "[document.getElementById('keys').open, document.activeElement.id]"
        )

    assert visitor.do(ask) == (True, [False, claims[0].public_id])


def test_keys_can_be_turned_off_and_stay_off(visitor, url, claims):
    def turn_off(page):
        page.goto(url)
        page.click("#show-keys")
        page.uncheck("#use-keys")
        page.keyboard.press("Escape")
        page.reload()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("n")
        found = page.evaluate("document.activeElement.id")
        page.evaluate("localStorage.clear()")
        return found

    assert visitor.do(turn_off) == ""


def test_letters_typed_into_the_search_are_letters(visitor, url, claims):
    def type_(page):
        page.goto(url)
        page.click("#find")
        page.keyboard.type("jonp?")
        return page.input_value("#find"), page.evaluate("document.activeElement.id")

    assert visitor.do(type_) == ("jonp?", "find")


def test_link_to_a_claim_shows_its_mark_and_its_card_together(visitor, url, claims):
    def arrive(page):
        page.goto(f"{url}#{claims[2].public_id}")
        return page.evaluate(
            "[...document.querySelectorAll('.is-lit')].map(e => e.id || e.tagName.toLowerCase())"
        )

    (three,) = ids(claims, 2)
    assert visitor.do(arrive) == [three, "mark", f"card-{three}"]


@pytest.mark.parametrize(("width", "is_beside"), [(1280, True), (390, False)])
def test_cards_stand_beside_the_text_where_it_is_wide_and_below_it_where_not(
    visitor, url, claims, width, is_beside
):
    def measure(page):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url)
        return page.evaluate(
            "(() => { const box = s => document.querySelector(s).getBoundingClientRect();"
            " return [box('.margin').left >= box('.words').right,"
            " box('.margin').top >= box('.words').bottom]; })()"
        )

    assert visitor.do(measure) == [is_beside, not is_beside]


def test_without_a_text_the_keys_travel_from_card_to_card(visitor, url, article):
    snapshot = ArticleSnapshotFactory(article=article, outline=OUTLINE, code_points=len(TEXT))
    claims = claims_on(snapshot)

    def travel(page):
        page.goto(url)
        page.keyboard.press("n")
        page.keyboard.press("n")
        return page.evaluate("document.activeElement.pathname")

    assert visitor.do(travel) == claims[1].get_absolute_url()


def test_without_script_every_mark_leads_to_its_card_and_on(visitor, url, claims):
    def follow(page):
        page.goto(url)
        is_hidden = not page.is_visible("#show-keys") and not page.is_visible("#keys")
        page.click(f"#{claims[1].public_id}")
        page.click(f"#card-{claims[1].public_id} .statement a")
        return is_hidden, page.url

    is_hidden, where = visitor.without_script(follow)

    assert is_hidden
    assert where.endswith(claims[1].get_absolute_url())


def test_filter_keeps_its_address_and_its_deep_links(visitor, url, claims):
    def narrow(page):
        page.goto(url)
        page.click(".sign-filter .partly_supported")
        page.wait_for_url("**?verdict=partly_supported**")
        page.keyboard.press("n")
        return page.evaluate(
            "[document.activeElement.id, document.querySelectorAll('mark').length]"
        )

    assert visitor.do(narrow) == [claims[2].public_id, 1]
