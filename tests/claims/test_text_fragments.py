"""Links to a passage, opened by a browser written here from the specification."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claims.text_fragments import KnownText

URL = "https://example.org/page"
LONG = "Insulin opens the door for glucose in every cell that has a lock to turn"
WORDS = st.sampled_from(["liver", "full", "of", "sugar", "Straße", "well-fed", "50 %", "a,b", "&c"])
GAPS = st.sampled_from([" ", " ", " ", ". ", "  ", "\n", ", ", " “"])


def span_of(text, passage):
    start = text.index(passage)
    return start, start + len(passage)


def link(text, passage):
    return KnownText(text).link(URL, span_of(text, passage))


def found_by_a_browser(text, directive):
    """Return the words to which a browser goes: the first match of `[p-,]start[,end][,-s]`."""
    terms = directive.split(",")
    prefix = unquote(terms.pop(0)[:-1]) if terms[0].endswith("-") else ""
    suffix = unquote(terms.pop()[1:]) if terms[-1].startswith("-") else ""
    start, *end = map(unquote, terms)
    between = rf"(?:.*?{_words(end[0])})" if end else ""
    behind = rf"(?=\s*{_words(suffix)})" if suffix else ""
    before = rf"{_words(prefix)}\s*" if prefix else ""
    match = re.search(
        rf"{before}(?P<here>{_words(start)}{between}){behind}", text, re.IGNORECASE | re.DOTALL
    )
    return match and match.span("here")


def _words(words):
    spaced = r"\s+".join(map(re.escape, words.split()))
    return rf"(?<!\w){spaced}(?!\w)" if words else ""


@st.composite
def passages(draw):
    pieces = draw(st.lists(st.tuples(WORDS, GAPS), min_size=2, max_size=40))
    text = "".join(word + gap for word, gap in pieces)
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", text)]
    start = draw(st.sampled_from(starts))
    ends = [match.end() for match in re.finditer(r"\w(?!\S)", text) if match.end() > start]
    return text, (start, draw(st.sampled_from(ends or [len(text.rstrip())])))


@settings(max_examples=400)
@given(passages())
@example(("a liver full of it and a liver full of sugar", (25, 44)))
def test_browser_goes_to_the_very_passage_or_there_is_no_link(passage):
    text, span = passage

    directive = KnownText(text).directive(span)

    assert directive is None or found_by_a_browser(text, directive) == _trimmed(text, span)


def _trimmed(text, span):
    start, end = span
    return start, start + len(text[start:end].rstrip())


def test_short_passage_is_given_whole():
    assert link("Once. Insulin opens the door. Twice.", "Insulin opens the door.") == (
        f"{URL}#:~:text=Insulin%20opens%20the%20door."
    )


def test_long_passage_is_given_by_its_ends():
    assert link(f"Once. {LONG}. Twice.", LONG) == (
        f"{URL}#:~:text=Insulin%20opens%20the%20door,a%20lock%20to%20turn"
    )


def test_passage_over_two_lines_is_given_by_what_stands_in_each():
    assert link("It opens\nthe door.", "opens\nthe door.") == f"{URL}#:~:text=opens,the%20door."


@pytest.mark.parametrize(
    ("passage", "encoded"),
    [
        ("well-fed, lean & 50 % fat", "well%2Dfed%2C%20lean%20%26%2050%20%25%20fat"),
        ("Straße “auf”", "Stra%C3%9Fe%20%E2%80%9Cauf%E2%80%9D"),
        ("a#b=c/d?e+f", "a%23b%3Dc%2Fd%3Fe%2Bf"),
    ],
)
def test_characters_with_a_meaning_are_encoded(passage, encoded):
    assert link(f"It says: {passage} there.", passage) == f"{URL}#:~:text={encoded}"


def test_words_that_stand_elsewhere_too_are_told_apart_by_what_follows():
    text = "The liver is full of sugar. The liver is full of fat."

    assert KnownText(text).directive((28, 45)) == "The%20liver%20is%20full,-of%20fat."


def test_words_that_stand_elsewhere_too_are_told_apart_by_what_precedes():
    text = "Once the liver is full. Then the liver is full. And"

    assert KnownText(text).directive((29, 46)) == "Then-,the%20liver%20is%20full"


def test_beginning_is_given_in_more_words_where_few_stand_elsewhere():
    text = f"Insulin opens the door for all. {LONG}."

    assert KnownText(text).directive(span_of(text, LONG)) == (
        "Insulin%20opens%20the%20door%20for%20glucose,a%20lock%20to%20turn"
    )


def test_end_is_given_in_more_words_where_few_come_earlier():
    passage = "One two three four the last words here and more of the last words here"

    assert KnownText(passage).directive((0, len(passage))) == (
        "One%20two%20three%20four,of%20the%20last%20words%20here"
    )


def test_passage_that_nothing_tells_apart_has_no_link():
    text = "Doors open. Doors open. Doors open."

    assert KnownText(text).link(URL, (12, 22)) is None


def test_half_a_word_at_an_end_is_left_out():
    assert link("insul-resistanceDuring the night it grows", "During the night") == (
        f"{URL}#:~:text=the%20night"
    )


def test_passage_without_a_whole_word_has_no_link():
    assert KnownText("indivisible").link(URL, (2, 6)) is None


def test_address_with_a_fragment_keeps_it():
    text = KnownText("It opens.")

    assert text.link(f"{URL}#top", (3, 8)) == f"{URL}#top:~:text=opens"
