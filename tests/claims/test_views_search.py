"""Search, and identifiers that lead straight to their page."""

import pytest

from tests.claims.reading import heading, part, texts
from tests.factories import (
    ClaimFactory,
    PublicationFactory,
    RegistrationAliasFactory,
    TrialFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db


def search(client, words):
    return client.get("/search/", {"q": words})


def test_search_finds_claims_publications_and_trials(client):
    claim = ClaimFactory(statement="Leeches cure diabetes.")
    ClaimFactory(statement="Leeches cure fever.", state="draft")
    paper = PublicationFactory(pmid="77", title="Leeches in diabetes", journal="J Leech")
    TrialFactory(
        registry_id="NCT00000077", acronym="LEECH", title="Diabetes by leeches", aliases=["LEACH"]
    )
    PublicationFactory(title="Cupping")
    TrialFactory(title="Cupping")

    response = search(client, "leeches DIABETES")

    assert response.status_code == 200
    assert heading(response) == "Results for “leeches DIABETES”"
    assert texts(response, "statement") == [claim.statement, paper.title, "LEECH"]
    assert texts(response, "about") == [
        f"{claim.public_id} · Causation",
        "2015 · J Leech · PMID 77",
        "NCT00000077 · Diabetes by leeches · also written LEACH",
    ]


def test_search_finds_a_trial_by_the_articles_spelling(client):
    TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])

    assert texts(search(client, "savior"), "statement") == ["SAVOR-TIMI 53"]


def test_search_finds_a_trial_however_its_name_is_written(client):
    TrialFactory(acronym="SAVOR-TIMI 53")

    assert texts(search(client, "the savor timi53 trial"), "statement") == ["SAVOR-TIMI 53"]


def test_search_says_when_a_name_is_of_several_trials(client):
    TrialFactory(registry_id="NCT00000001", acronym="HEART", title="")
    TrialFactory(registry_id="NCT00000002", acronym="HEART", title="")

    page = search(client, "heart")

    assert "More than one trial is called “heart”." in part(page, "content")
    assert texts(page, "about") == ["NCT00000001", "NCT00000002"]


def test_search_that_finds_nothing_tells_trials_with_a_name_like_it(client):
    TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"], title="")
    TrialFactory(acronym="TECOS", title="")

    page = search(client, "saviour")

    assert texts(page, "statement") == ["SAVOR-TIMI 53"]
    assert "Trials with a name like it" in part(page, "content")


def test_an_old_number_leads_straight_to_the_trial(client):
    alias = RegistrationAliasFactory(registry_id="NCT00000009")

    assert search(client, "nct 00000009")["Location"] == alias.trial.get_absolute_url()


def test_search_finds_what_curators_expect_before_the_fetch(client):
    PublicationFactory(title="", expected_title="Leeches", expected_first_author="Horn B")

    assert texts(search(client, "horn leeches"), "statement") == ["Leeches"]


def test_search_that_finds_nothing_says_what_to_do(client):
    (empty,) = texts(search(client, "zebra"), "empty")

    assert empty.startswith("Nothing here matches “zebra”. Each word must occur")


def test_search_without_words_explains_itself(client):
    response = search(client, " ")

    assert heading(response) == "Search"
    assert "leads straight to its page" in part(response, "content")


@pytest.mark.parametrize(
    "words",
    [
        "26052984",
        "PMID 26052984",
        "pmid:26052984",
        "PMC9",
        "pmc9",
        "10.5555/X",
        "doi:10.5555/x",
        "https://doi.org/10.5555/x",
    ],
)
def test_identifier_leads_to_its_publication(client, words):
    publication = PublicationFactory(pmid="26052984", pmcid="PMC9", doi="10.5555/x")

    response = search(client, words)

    assert (response.status_code, response["Location"]) == (302, publication.get_absolute_url())


def test_registration_number_leads_to_its_trial(client):
    TrialFactory(registry_id="NCT00790205")

    assert search(client, "nct00790205")["Location"] == "/trials/NCT00790205/"


def test_claim_number_leads_to_its_claim(client):
    claim = ClaimFactory()

    assert search(client, f"clm-{claim.pk}")["Location"] == claim.get_absolute_url()


def test_number_of_a_draft_leads_nowhere(client):
    claim = ClaimFactory(state="draft")

    assert search(client, claim.public_id).status_code == 200


@pytest.mark.parametrize(
    "words", ["\x00", "a\x00b", "%", "_", "'; --", "x" * 5000, "CLM-" + "9" * 30]
)
def test_odd_words_are_only_words(client, words):
    ClaimFactory()

    assert search(client, words).status_code == 200


def test_search_says_when_there_is_more(client):
    ClaimFactory.create_batch(21, statement="Leeches cure.")
    PublicationFactory.create_batch(21, title="Leeches")

    response = search(client, "leeches")

    assert len(texts(response, "statement")) == 40
    assert "All claims with these words" in part(response, "content")
    assert "There are more; add a word to narrow it down." in part(response, "content")


def test_provisional_results_say_so(client):
    VerdictFactory(claim__statement="Leeches cure.", supported=True)

    assert [text[:12] for text in texts(search(client, "leeches"), "notice")] == ["Provisional."]


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_the_same_queries_for_any_rows(client, rows, django_assert_num_queries):
    for _ in range(rows):
        VerdictFactory(claim__statement="Leeches cure.")
        PublicationFactory(title="Leeches")
        TrialFactory(title="Leeches")

    with django_assert_num_queries(6):
        search(client, "leeches")
