"""One source that warns is enough."""

import pytest

from sources.gravity import GRAVEST_FIRST, gravest, no_milder_than
from sources.models import Publication
from tests.factories import NOW


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "unknown"),
        (("unknown", "unknown"), "unknown"),
        (("current", "unknown"), "current"),
        (("unknown", "current"), "current"),
        (("current", "corrected"), "corrected"),
        (("corrected", "retracted"), "retracted"),
        (("expression_of_concern", "superseded"), "expression_of_concern"),
        (("retracted_republished", "retracted"), "retracted_republished"),
        (("withdrawn", "retracted"), "withdrawn"),
    ],
)
def test_gravest_word_counts_whoever_says_it(words, expected):
    assert gravest(*words) == gravest(*reversed(words)) == expected


def test_every_word_of_a_publication_has_its_gravity():
    assert set(GRAVEST_FIRST) == set(Publication.Integrity.values)
    assert no_milder_than("unknown") == GRAVEST_FIRST
    assert "current" not in no_milder_than("corrected")


@pytest.mark.parametrize(
    ("noted", "pubmed", "crossref", "expected", "disagree"),
    [
        ("corrected", None, None, "corrected", False),
        ("corrected", None, "current", "corrected", False),
        ("corrected", "current", None, "current", False),
        ("unknown", "current", "retracted", "retracted", True),
        ("unknown", "retracted", "current", "retracted", True),
        ("unknown", "corrected", "corrected", "corrected", False),
        ("unknown", None, "current", "current", False),
    ],
)
def test_integrity_comes_from_every_source_that_was_asked(
    noted, pubmed, crossref, expected, disagree
):
    paper = Publication(
        noted_integrity=noted,
        pubmed_integrity=pubmed or "unknown",
        pubmed_checked_at=pubmed and NOW,
        crossref_integrity=crossref or "unknown",
        crossref_checked_at=crossref and NOW,
    )

    paper.weigh_integrity()

    assert (paper.integrity, paper.sources_disagree) == (expected, disagree)
    assert paper.integrity_checked_at == (NOW if pubmed or crossref else None)
