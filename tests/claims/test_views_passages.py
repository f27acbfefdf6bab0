"""Passages of a text: the whole of it unchanged, or the words under marks and no other."""

import re

from hypothesis import given
from hypothesis import strategies as st

from claims.models import Claim
from claims.templatetags.claim_markup import marked
from claims.views.passages import CUT, Passages
from claims.views.spots import Spot

TEXTS = st.text(alphabet="ab “<&\n.é", min_size=1, max_size=40)


@st.composite
def marked_texts(draw):
    text = draw(TEXTS)
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.lists(edge, min_size=2, max_size=2, unique=True), max_size=6))
    return text, [tuple(sorted(pair)) for pair in pairs]


def passages(text, spans, *, whole):
    claims = [Claim(pk=n) for n, _ in enumerate(spans, start=1)]
    for claim in claims:
        claim.current_verdicts = []
    spots = {claim.pk: Spot(*span) for claim, span in zip(claims, spans, strict=True)}
    return Passages(text, claims, spots, whole=whole).pieces((0, len(text)))


def places(spans):
    return {place for start, end in spans for place in range(start, end)}


@given(marked_texts())
def test_whole_text_is_shown_unchanged(given):
    text, spans = given

    pieces = passages(text, spans, whole=True)

    assert "".join(piece.text for piece in pieces) == (text if text.strip() else "")


@given(marked_texts())
def test_no_word_outside_the_passages_is_shown(given):
    text, spans = given

    pieces = passages(text, spans, whole=False)

    shown = "".join(piece.text for piece in pieces)
    under = "".join(text[place] for place in sorted(places(spans)))
    assert re.sub(r"\W", "", shown) == re.sub(r"\W", "", under)


@given(marked_texts())
def test_what_is_left_out_is_said_to_be(given):
    text, spans = given

    pieces = passages(text, spans, whole=False)

    hidden = any(re.match(r"\w", text[p]) for p in set(range(len(text))) - places(spans))
    assert (CUT in pieces) == hidden


@given(marked_texts())
def test_markup_holds_the_words_and_no_other_element(given):
    text, spans = given

    html = "".join(marked(piece) for piece in passages(text, spans, whole=True))

    assert set(re.findall(r"</?(\w+)", html)) <= {"mark"}
    assert html.count("<mark ") == html.count("</mark>")
