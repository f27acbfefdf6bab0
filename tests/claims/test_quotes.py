"""What is a quote, and whether it stands in a text."""

import pytest

from claims.quotes import fault_of, stands_in

TEXT = "Insulin was given to forty people\nfor  twelve weeks. Glucose fell."


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("Insulin was given to forty people", True),
        ("forty people for twelve weeks", True),
        (" forty people\u00a0for twelve\nweeks ", True),
        ("insulin was given to forty people", False),
        ("Insulin was given to fifty people", False),
        ("given to forty, people for twelve", False),
        ("e\u0301", False),
    ],
)
def test_quote_stands_word_for_word(quote, stands):
    assert stands_in(quote, TEXT) is stands


def test_one_letter_may_be_written_in_two_ways():
    assert stands_in("caf\u00e9 au lait", "A cafe\u0301 au lait.")


@pytest.mark.parametrize(
    ("quote", "fault"),
    [
        ("", "A quote is empty."),
        (" \n ", "A quote is empty."),
        ("Glucose fell.", "The quote “Glucose fell.” has fewer than 20 characters."),
        ("Glucose      fell.    ", "The quote “Glucose fell.” has fewer than 20 characters."),
        ("the effects: of insulin on glucose.", "The quote is only the title of its source."),
        ("The effects of insulin on glucose were small", None),
    ],
)
def test_what_is_no_quote_says_why(quote, fault):
    assert fault_of(quote, "The Effects of Insulin on Glucose") == fault
