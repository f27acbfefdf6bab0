"""Differences of two texts, word by word."""

import pytest

from claims.revisions import Piece, revision


def same(text):
    return Piece("same", text)


def gone(text):
    return Piece("gone", text)


def new(text):
    return Piece("new", text)


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        ("One two.", "One two.", []),
        ("One two.", "One\n two.", []),
        ("A cat sat there.", "A dog sat there.", [[same("A "), gone("cat"), new("dog"), same(" sat there.")]]),
        ("First.\n\nLast.", "First.\n\nMiddle words.\n\nLast.", [[new("Middle words.")]]),
        ("First.\n\nMiddle words.\n\nLast.", "First.\n\nLast.", [[gone("Middle words.")]]),
        ("Quite old.", "Something else entirely!", [[new("Something else entirely!")], [gone("Quite old.")]]),
        ("Yes.", "Yes!", [[same("Yes"), gone("."), new("!")]]),
        ("", "Only new.", [[new("Only new.")]]),
    ],
)  # fmt: skip
def test_revision_tells_what_went_and_came(before, after, blocks):
    assert revision(before, after) == blocks


def test_paragraph_that_went_before_a_changed_one_is_told_first():
    got = revision("Old stuff.\n\nA cat sat there.", "A dog sat there.")

    assert got[0] == [gone("Old stuff.")]
    assert got[1][1:3] == [gone("cat"), new("dog")]


def test_endless_paragraph_is_compared_as_a_whole():
    before = "word " * 4000

    assert revision(before, f"{before} more") == [
        [gone(before.strip()), new(f"{before.strip()} more")]
    ]
