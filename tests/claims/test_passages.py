"""Passages of a text: found by their words, shown, and told from statements that copy them."""

import pytest

from claims.passages import (
    Excerpt,
    excerpt,
    find_passage,
    is_copied,
    suggested_key,
    trimmed,
)

TEXT = "Sugar is sweet.\nYes, “sugar” is\n sweet! 🍭 And insulin is not."


@pytest.mark.parametrize(
    ("passage", "places"),
    [
        ("SUGAR IS SWEET", [(0, 14), (22, 38)]),
        ("And insulin is not.", [(42, 60)]),
        ("sweet! and insulin", [(33, 53)]),
        ("insulin is sweet", []),
        ("…", []),
        ("", []),
    ],
)
def test_passage_is_found_by_its_words(passage, places):
    assert find_passage(TEXT, passage) == places


@pytest.mark.parametrize(
    ("span", "found"),
    [((14, 16), (14, 15)), ((15, 20), (16, 20)), ((15, 16), (15, 15)), ((3, 3), (3, 3))],
)
def test_white_space_is_trimmed(span, found):
    assert trimmed(TEXT, span) == found


@pytest.mark.parametrize(
    ("statement", "passage", "copied"),
    [
        ("Sugar is sweet.", "sugar IS “sweet”", True),
        ("Sugar is sweet.", "We know that sugar is sweet, and so is honey", True),
        ("Indeed sugar is sweet and so is honey.", "sugar is sweet and so is honey", True),
        ("Sugar tastes sweet to most people.", "sugar is sweet", False),
        ("People who sleep little eat more.", "short nights make people eat more", False),
        ("…", "sugar is sweet", False),
    ],
)
def test_copy_is_told_from_own_words(statement, passage, copied):
    assert is_copied(statement, passage) == copied


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("Insulin lowers glucose.", "insulin-lowers-glucose"),
        ("In 2019, β-cells die.", "in-2019-cells-die"),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 99, "x" * 60),
        ("Инсулин.", ""),
    ],
)
def test_key_is_suggested(statement, key):
    assert suggested_key(statement) == key


def test_excerpt_shows_what_stands_around():
    text = f"{'b' * 300}\n\nthe  words\n{'a' * 300}"

    assert excerpt(text, (302, 312)) == Excerpt("b" * 158 + " ", "the words", " " + "a" * 159)


def test_long_passage_is_shown_by_its_ends():
    shown = excerpt("x" * 700 + "y" * 700, (0, 1400))

    assert shown.passage == f"{'x' * 300} … {'y' * 300}"
