"""Values of the domain as words."""

import pytest

from claims.ruleset.vocabulary import CitationMode, CitationResolution
from claims.templatetags.claim_words import (
    author_names,
    circles,
    cited,
    design,
    fit,
    phases,
    publication_date,
    resolved,
    rule,
    scope,
    sign,
    words,
)
from claims.topics import topic_label
from tests.factories import ConsensusFactory, PublicationFactory


@pytest.mark.parametrize(
    ("code", "filled"),
    [("high", 4), ("moderate", 3), ("low", 2), ("very_low", 1)],
)
def test_certainty_is_that_many_filled_circles_of_four(code, filled):
    assert [is_filled for _, is_filled in circles(code)] == [True] * filled + [False] * (4 - filled)


def test_unrated_certainty_has_no_circles():
    assert circles("not_rated") == []


@pytest.mark.parametrize("code", [None, "", "maybe"])
def test_sign_of_nothing_is_that_there_is_no_verdict(code):
    assert sign(code).label == "No verdict yet"


def test_rule_of_another_ruleset_is_none():
    assert [rule("V5").id, rule("C2").id, rule("X9")] == ["V5", "C2", None]


def test_indirect_evidence_says_why():
    direct = ConsensusFactory.build(item=None)
    indirect = ConsensusFactory.build(
        item=None, directness="indirect", directness_reasons=["population", "surrogate_outcome"]
    )

    assert [fit(direct), fit(indirect)] == ["Direct", "Indirect: population, surrogate outcome"]


@pytest.mark.parametrize("mode", list(CitationMode))
@pytest.mark.parametrize("resolution", list(CitationResolution))
def test_every_way_to_cite_has_words(mode, resolution):
    assert "_" not in cited(mode) + resolved(resolution)


def test_scope_is_measured_against_the_claim():
    assert scope("narrower") == "Narrower than the claim"


@pytest.mark.parametrize(
    ("code", "label"), [("rct", "Randomised trial"), ("clinical_vignette", "clinical vignette")]
)
def test_design_that_is_no_term_is_shown_as_it_is(code, label):
    assert design(code) == label


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (["PHASE2", "PHASE3"], "phase 2, phase 3"),
        (["EARLY_PHASE1"], "early phase 1"),
        (["NA"], "no phase"),
    ],
)
def test_phases_read_as_words(codes, text):
    assert phases(codes) == text


def test_words_of_nothing_are_none():
    assert [words(None), words("left_out")] == ["", "left out"]


def test_many_authors_are_cut_short():
    authors = [{"family": f"A{n}", "initials": "B", "collective": None} for n in range(14)]

    named = author_names(PublicationFactory.build(authors=authors))

    assert named.endswith("A10 B, A11 B and 2 more")


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({"year": 2015, "month": 7, "day": 16}, "16 July 2015"),
        ({"year": 2015, "month": 7}, "July 2015"),
        ({"year": 2015}, "2015"),
        ({"year": None}, "no date"),
        ({"year": 2003, "medline_date": "2003 Jan-Feb"}, "2003 Jan-Feb"),
    ],
)
def test_date_is_told_as_far_as_it_is_known(known, text):
    assert publication_date(PublicationFactory.build(**known)) == text


@pytest.mark.parametrize(
    ("slug", "label"),
    [("insulin-therapy", "Insulin therapy"), ("lock-and-key-model", "Lock-and-key model")],
)
def test_topic_reads_as_words(slug, label):
    assert topic_label(slug) == label
