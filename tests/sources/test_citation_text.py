"""What is read from a citation as people write it."""

import pytest

from sources.citation_text import CitationText, read_citation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Gerstein HC, Colhoun HM, et al. Dulaglutide and outcomes. Lancet. 2019;394(10193):121-130.",
            CitationText(
                year=2019, volume="394", first_page="121", journal="Lancet", first_author="Gerstein"
            ),
        ),
        (
            "van den Berg JM. A title. J Ex. 2015 Jul;12:e45. doi: 10.5555/ABC.12.",
            CitationText(
                doi="10.5555/abc.12",
                year=2015,
                volume="12",
                first_page="e45",
                journal="J Ex",
                first_author="van den Berg",
            ),
        ),
        ("https://doi.org/10.1056/NEJMoa1501352", CitationText(doi="10.1056/nejmoa1501352")),
        ("pmc3531190", CitationText(pmcid="PMC3531190")),
        ("Gerstein et al 2019", CitationText(year=2019, first_author="Gerstein")),
        ("a paper on insulin", CitationText()),
        ("", CitationText()),
    ],
)
def test_citation_is_read_as_far_as_it_is_sure(text, expected):
    assert read_citation(text) == expected


@pytest.mark.parametrize(
    ("text", "has_place"),
    [("Doe J. Lancet. 2019;394:121.", True), ("Doe J. Lancet. 2019.", False), ("10.5555/x", False)],
)
def test_a_place_takes_journal_volume_and_page(text, has_place):
    assert read_citation(text).has_place is has_place
