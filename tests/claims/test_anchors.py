"""Spans found again by their words alone: certain, or not at all."""

import sys
import unicodedata
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims.anchors import (
    Anchor,
    Block,
    Fingerprint,
    Landmark,
    Location,
    fingerprint,
    landmark,
    locate,
    locate_all,
)
from claims.folding import words

TEXT = "The liver is full. It says: “no more”.\nThe liver stays full, it says."
ROOT = Path(__file__).resolve().parents[2]

few_words = st.sampled_from(["liver", "full", "of", "sugar", "Ärger", "ß", "2016"])
separators = st.sampled_from([" ", "\n", ", ", " -- ", "…", "“", "\r\n\r\n", "'", " _ "])


def sha(text):
    return sha256(text.encode()).hexdigest()


def anchor_on(text, start, end, **kwargs):
    span = text[start:end]
    return Anchor(start, end, sha(text), sha(span), fingerprint(span), **kwargs)


def anchor_to(span, text=TEXT, **kwargs):
    return anchor_on(text, text.index(span), text.index(span) + len(span), **kwargs)


def find(text, anchor):
    return locate(text, sha(text), anchor)


def relocated(text, span, start=0):
    at = text.index(span, start)
    return Location("relocated", at, at + len(span), ((at, at + len(span)),))


LOST = Location("orphaned", None, None, ())


def words_by_definition(text):
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if c.isalnum() else " " for c in folded).split()


@st.composite
def written(draw, found=None):
    """Words with something between them, and before and after."""
    if found is None:
        found = draw(st.lists(few_words, max_size=30))
    return draw(separators) + "".join(word + draw(separators) for word in found)


def test_words_are_case_folded_letters_and_digits():
    assert words("HbA1c rose by 0.5 % … “STRASSE” is Straße_1.") == [
        "hba1c",
        "rose",
        "by",
        "0",
        "5",
        "strasse",
        "is",
        "strasse",
        "1",
    ]


def test_word_characters_are_those_that_isalnum_accepts():
    every = [chr(point) for point in range(sys.maxunicode + 1)]
    visible = [c for c in every if c not in "\u00ad\u200b\u200c\u200d\u2060\ufeff"]

    assert [c for c in visible if words(c) != words_by_definition(c)] == []


@given(st.text().filter(lambda text: "\u00ad" not in text))
def test_words_are_those_of_the_definition(text):
    assert words(text) == words_by_definition(text)


@pytest.mark.parametrize(
    "text", ["insu\u00adlin", "insu\u200blin", "\ufeffinsulin", "insu\u2060lin", "INSU\u00adLIN"]
)
def test_invisible_characters_do_not_split_a_word(text):
    assert words(text) == ["insulin"]


def test_ligatures_and_composed_letters_are_the_same_words():
    assert words("\ufb01bre caf\u00e9") == words("fibre cafe\u0301")


def test_fingerprint_counts_and_hashes_the_words():
    assert fingerprint("“No,  MORE!”") == Fingerprint(2, sha("no more"))


def test_landmark_is_the_longest_word():
    assert landmark("It says: the liver!") == Landmark(3, crc32(b"liver"))
    assert landmark("…") is None


@given(st.text())
def test_spans_stand_where_their_words_are(text):
    block = Block(0, text)

    assert len(block.spans) == len(block.words)
    assert all(
        word in words(text[start:end])
        for word, (start, end) in zip(block.words, block.spans, strict=True)
    )
    assert block.spans == sorted(block.spans)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("ab cd", [(0, 2), (3, 5)]),
        ("Maß an", [(0, 3), (4, 6)]),
        ("\ufb01bre so", [(0, 4), (5, 7)]),
        ("cafe\u0301 so", [(0, 5), (6, 8)]),
        ("insu\u00adlin so", [(0, 8), (9, 11)]),
        ("1½ so", [(0, 2), (1, 2), (3, 5)]),
        ("\u1112\u1161\u11ab so", [(0, 3), (4, 6)]),
        ("e\u00ad\u0301 so", [(0, 3), (4, 6)]),
    ],
)
def test_spans_are_code_points_of_the_text_as_it_is(text, spans):
    assert Block(0, text).spans == spans


def test_anchor_on_the_same_text_is_exact():
    anchor = anchor_to("“no more”")

    assert find(TEXT, anchor) == Location("exact", 28, 37, ((28, 37),))


def test_exact_needs_the_hash_of_the_span_too():
    anchor = anchor_to("“no more”")

    moved = find(TEXT, replace(anchor, start=anchor.start + 1, end=anchor.end + 1))

    assert moved == relocated(TEXT, "no more")


def test_exact_may_repeat_what_stands_elsewhere():
    text = "Full. Full."

    assert find(text, anchor_on(text, 6, 10)) == Location("exact", 6, 10, ((6, 10),))


def test_anchor_without_offsets_is_searched_for():
    anchor = replace(anchor_to("It says: “no more”"), start=None, end=None)

    assert find(TEXT, anchor) == relocated(TEXT, "It says: “no more")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ('The liver is full. It says: "no more".', 'It says: "no more'),
        ("A new start.\n\nIT SAYS:\n  no\n  more", "IT SAYS:\n  no\n  more"),
        ("It says no—more", "It says no—more"),
        ("It sa\u00adys no more", "It sa\u00adys no more"),
    ],
)
def test_anchor_is_relocated_where_only_the_setting_changed(text, span):
    assert find(text, anchor_to("It says: “no more”")) == relocated(text, span)


@pytest.mark.parametrize(
    "text", ["", "…", "It says: no less.", "It now says: no more.", "It says: no mores.", "says no"]
)
def test_anchor_is_orphaned_where_a_word_changed(text):
    assert find(text, anchor_to("It says: “no more”")) == LOST


def test_two_matches_are_ambiguous_and_listed():
    text = "No more! Why? No more."

    assert find(text, anchor_to("no more")) == Location("ambiguous", None, None, ((0, 7), (14, 21)))


def test_overlapping_matches_are_ambiguous():
    assert find("so so so", anchor_to("so so", "so so")).candidates == ((0, 5), (3, 8))


def test_anchor_without_words_is_orphaned():
    assert find("Some “…” text", anchor_to("…", "a … b")) == LOST


@pytest.mark.parametrize("image", ["insul-resistance", "liverfull", "größe"])
def test_sentence_glued_to_the_name_of_an_image_is_found(image):
    text = f"{image}The liver is full. More."

    assert find(text, anchor_to("The liver is full")) == relocated(text, "The liver is full")


def test_sentence_with_something_glued_to_its_end_is_found():
    text = "The liver is fullThen it says"

    assert find(text, anchor_to("The liver is full")) == relocated(text, "The liver is full")


def test_glued_and_clean_sentence_are_ambiguous():
    text = "The liver is full. imageThe liver is full."

    assert find(text, anchor_to("The liver is full")).candidates == ((0, 17), (24, 41))


@pytest.mark.parametrize("text", ["HbA1c rises", "the pH rises", "eGFR rises", "DeFronzo rises"])
def test_words_with_capitals_inside_stay_whole(text):
    assert find(f"so {text}", anchor_to(text, text)) == relocated(f"so {text}", text)
    assert find(text, anchor_to("rises", "rises")).status == "relocated"


def test_word_is_not_cut_where_nothing_is_glued():
    assert find("imagethe liver is full", anchor_to("The liver is full")) == LOST


def test_anchors_are_found_across_long_texts_with_glued_words_far_apart():
    filler = [f"word{n}" for n in range(1, 4000)]
    text = " ".join(
        [*filler[:900], "imageThe liver is full", *filler[900:3000], "it says “no more”", *filler]
    )

    found = [find(text, anchor_to(span)) for span in ("The liver is full", "It says: “no more")]

    assert found == [relocated(text, "The liver is full"), relocated(text, "it says “no more")]


def test_span_longer_than_a_block_is_found():
    span = " ".join(f"word{n}" for n in range(600))
    text = f"Before. {span.replace(' ', '  ')} After."

    assert find(text, anchor_to(span, span)) == relocated(text, span.replace(" ", "  "))


def test_long_span_with_something_glued_to_its_end_is_found():
    span = " ".join(f"word{n}" for n in range(600)) + " is full"
    text = f"Before it. {span}Then. {'And more. ' * 300}"

    assert find(text, anchor_to(span, span)) == relocated(text, span)


def test_long_span_with_something_glued_to_its_start_is_found():
    span = "The liver " + " ".join(f"word{n}" for n in range(600))
    text = f"{'And more. ' * 300}image{span}. And more."

    assert find(text, anchor_to(span, span)) == relocated(text, span)


def test_text_without_any_space_is_searched():
    text = "-".join(f"w{n}" for n in range(800))

    assert find(text, anchor_to("w700 w701", "w700 w701")) == relocated(text, "w700-w701")


@given(st.data())
def test_status_follows_from_how_often_the_words_occur(data):
    sought = data.draw(st.lists(few_words, min_size=1, max_size=3))
    found = data.draw(st.lists(few_words, max_size=30))
    origin, text = data.draw(written(sought)), data.draw(written(found))

    location = find(text, anchor_on(origin, 0, len(origin)))

    folded = [word.casefold() for word in found]
    wanted = [word.casefold() for word in sought]
    times = sum(folded[n : n + len(wanted)] == wanted for n in range(len(folded)))
    if text != origin:
        assert len(location.candidates) == times
        assert location.status == {0: "orphaned", 1: "relocated"}.get(times, "ambiguous")
    assert all(words(text[start:end]) == wanted for start, end in location.candidates)


@given(written(), written(), st.data())
def test_landmark_changes_nothing_but_the_cost(origin, text, data):
    start = data.draw(st.integers(0, len(origin)))
    end = data.draw(st.integers(start, len(origin)))
    anchor = anchor_on(origin, start, end)

    marked = replace(anchor, landmark=landmark(origin[start:end]))

    assert find(text, marked) == find(text, anchor)


@pytest.mark.parametrize("span", ["stays full, it says", "The liver is full", "says: “no"])
def test_landmark_leads_to_the_span_wherever_it_stands_in_it(span):
    text = f"Before.\n{TEXT.replace(',', ';')}"
    anchor = anchor_to(span, landmark=landmark(span))

    assert find(text, anchor) == relocated(text, span.replace(",", ";"))


def test_many_anchors_are_located_in_their_order():
    anchors = [
        anchor_to("It says: “no more”"),
        anchor_to("The liver is full", landmark=Landmark(1, crc32(b"liver"))),
        anchor_to("stays full"),
        anchor_to("The liver"),
    ]
    text = "The liver is full. It says: no more. The liver."

    assert [found.status for found in locate_all(text, sha(text), anchors)] == [
        "relocated",
        "relocated",
        "orphaned",
        "ambiguous",
    ]


@pytest.fixture(scope="module")
def article(shared_data):
    (path,) = (shared_data / "article").glob("*.txt")
    return path.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def anchors():
    path = ROOT / "fixtures" / "insulin_resistance" / "anchors.yaml"
    rows = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["anchors"]
    return [
        Anchor(
            row["start"],
            row["end"],
            row["text_sha256"],
            row["sha256"],
            Fingerprint(**row["fingerprint"]),
            Landmark(**row["landmark"]),
        )
        for row in rows
    ]


def without_landmarks(anchors):
    return [replace(anchor, landmark=None) for anchor in anchors]


def statuses(text, anchors):
    return {location.status for location in locate_all(text, sha(text), anchors)}


def test_every_anchor_of_the_article_is_exact(article, anchors):
    locations = locate_all(article, sha(article), anchors)

    assert len(locations) == 97
    assert [(found.status, found.start, found.end) for found in locations] == [
        ("exact", anchor.start, anchor.end) for anchor in anchors
    ]


@pytest.mark.parametrize(
    "rendition",
    [
        lambda text: text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace("\n", "\r\n\r\n"),
        lambda text: f"An inserted paragraph.\n{text}\nAnother one.",
        lambda text: text.replace("insulin", "in\u00adsu\u00adlin").replace("fi", "\ufb01"),
    ],
    ids=["quotes", "wrapped", "newlines", "inserted", "typeset"],
)
def test_anchors_of_the_article_are_relocated_on_renditions(article, anchors, rendition):
    text = rendition(article)

    locations = locate_all(text, sha(text), anchors)

    assert {location.status for location in locations} == {"relocated"}
    assert [fingerprint(text[found.start : found.end]) for found in locations] == [
        anchor.fingerprint for anchor in anchors
    ]
    assert locate_all(text, sha(text), without_landmarks(anchors)) == locations


def test_sentence_glued_to_an_image_is_lost_where_capitals_do_not_tell(article, anchors):
    text = article.upper()

    found = [location.status for location in locate_all(text, sha(text), anchors)]

    assert (found.count("relocated"), found.count("orphaned")) == (96, 1)


def test_anchors_of_the_article_are_ambiguous_when_it_is_there_twice(article, anchors):
    assert statuses(article + "\n" + article, anchors) == {"ambiguous"}


def test_anchors_of_the_article_are_orphaned_when_a_word_changes(article, anchors):
    for anchor in anchors:
        span = article[anchor.start : anchor.end]
        marked = replace(anchor, landmark=landmark(span))
        at = article.index(" ", anchor.start)
        changed = article[:at] + " indeed" + article[at:]

        assert statuses(changed, [marked]) == {"orphaned"}
