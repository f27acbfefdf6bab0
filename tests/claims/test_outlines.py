"""Blocks, sections and comments of a text, and what lies where."""

import hashlib

import pytest

from claims.outlines import (
    Place,
    Stretch,
    blocks_of,
    fits,
    outline_of,
    place_of,
    stretches,
    whole_blocks,
)

TEXT = "Menu\n\nOpening.\n\nTrials\n\nOne\nline.\n \nTwo.\n\nThanks!"
BODY = (6, 41)


def span(start, end):
    return {
        "start": start,
        "end": end,
        "sha256": hashlib.sha256(TEXT[start:end].encode()).hexdigest(),
    }


def test_blank_lines_part_blocks():
    assert [TEXT[start:end] for start, end in blocks_of(TEXT)] == [
        "Menu", "Opening.", "Trials", "One\nline.", "Two.", "Thanks!"
    ]  # fmt: skip


def test_text_without_a_word_has_no_blocks():
    assert blocks_of(" \n\n ") == []


def test_outline_has_sections_paragraphs_and_comments():
    assert outline_of(TEXT, BODY, headings={"Trials"}) == {
        "sections": [
            {"key": "S0", "label": "(opening)", "start": 6, "end": 14, "paragraphs": [1]},
            {"key": "S1", "label": "Trials", "start": 24, "end": 40, "paragraphs": [2, 3]},
        ],
        "paragraphs": [
            {"number": 1, "section": "S0", **span(6, 14)},
            {"number": 2, "section": "S1", **span(24, 33)},
            {"number": 3, "section": "S1", **span(36, 40)},
        ],
        "comments": [{"number": 1, **span(42, 49)}],
    }


def test_body_cuts_the_paragraph_it_begins_in():
    outline = outline_of(TEXT, (8, 20))

    assert [(each["start"], each["end"]) for each in outline["paragraphs"]] == [(8, 14), (16, 20)]


@pytest.mark.parametrize(
    ("offset", "place"),
    [
        (0, Place()),
        (6, Place(section="S0", paragraph=1)),
        (14, Place()),
        (39, Place(section="S1", paragraph=3)),
        (42, Place(comment=1)),
        (99, Place()),
    ],
)
def test_offset_lies_in_a_paragraph_or_a_comment(offset, place):
    assert place_of(outline_of(TEXT, BODY, headings={"Trials"}), offset) == place


@pytest.mark.parametrize(
    ("body", "is_fit"), [((6, 41), True), ((0, 42), True), ((7, 41), False), ((6, 43), False)]
)
def test_outline_fits_a_body_with_its_paragraphs_and_without_its_comments(body, is_fit):
    assert fits(outline_of(TEXT, BODY), body) == is_fit


def test_spans_are_widened_to_whole_blocks():
    assert whole_blocks(TEXT, [(38, 39), (8, 10)]) == (6, 40)


def test_stretches_are_paragraphs_and_what_is_between_them():
    outline = outline_of(TEXT, BODY, headings={"Trials"})

    assert stretches(outline, BODY) == [
        Stretch("S0", 1, 6, 14),
        Stretch("S1", None, 14, 24),
        Stretch("S1", 2, 24, 33),
        Stretch("S1", None, 33, 36),
        Stretch("S1", 3, 36, 40),
        Stretch("S1", None, 40, 41),
    ]


def test_body_without_paragraphs_is_one_stretch():
    assert stretches({}, BODY) == [Stretch("", None, 6, 41)]


def test_stretches_stay_inside_a_body_that_was_cut():
    outline = outline_of(TEXT, BODY, headings={"Trials"})

    assert stretches(outline, (8, 30)) == [
        Stretch("S1", None, 8, 24),
        Stretch("S1", 2, 24, 30),
    ]
