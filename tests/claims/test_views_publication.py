"""A publication's page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.claims.reading import heading, links, part, texts
from tests.factories import (
    NOW,
    ArticleFactory,
    CitationFactory,
    ClaimFactory,
    EvidenceItemFactory,
    FetchAttemptFactory,
    FetchRequestFactory,
    InclusionFactory,
    IntegrityNoticeFactory,
    PublicationFactory,
    ReportFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

AUTHORS = [
    {"family": "Green", "given": "Jennifer", "initials": "JB", "collective": None},
    {"family": None, "given": None, "initials": None, "collective": "TECOS Study Group"},
]


def show(client, publication):
    return client.get(publication.get_absolute_url())


def test_record_that_pubmed_took_back_says_so(client):
    gone = PublicationFactory(pmid="11", deleted_at=NOW)
    there = PublicationFactory(pmid="12")

    said = [part(show(client, each), "deleted") for each in (gone, there)]

    assert "PMID 11 is listed as deleted since" in said[0]
    assert said[1] is None


@pytest.mark.parametrize(
    ("fetched", "said"),
    [(True, "PubMed's record names no authors"), (False, "Authors not known yet")],
)
def test_no_authors_in_the_record_is_not_authors_not_known_yet(client, fetched, said):
    publication = PublicationFactory(fetched=fetched, authors=[], expected_first_author="")

    assert said in part(show(client, publication), "content")


def test_fetched_publication_shows_its_record(client):
    publication = PublicationFactory(
        fetched=True,
        pmid="26052984",
        pmcid="PMC123",
        doi="10.1056/nejmoa1501352",
        title="Effect of sitagliptin",
        title_html="Effect of <i>sitagliptin</i>",
        authors=AUTHORS,
        journal="N Engl J Med",
        month=7,
        day=16,
        volume="373",
        issue="3",
        pages="232-42",
        publication_types=[{"ui": "D016449", "name": "Randomized Controlled Trial"}],
        study_design="rct",
        sample_size=14671,
        languages=["eng"],
        interest_note="Funded by Merck.",
        abstract_sections=[
            {"label": "METHODS", "category": "METHODS", "text": "We gave it.", "html": ""},
            {"label": None, "category": None, "text": "x", "html": "CO<sub>2</sub> rose."},
        ],
    )

    response = show(client, publication)

    assert response.status_code == 200
    assert heading(response) == "Effect of sitagliptin"
    assert b"<i>sitagliptin</i>" in response.content
    assert texts(response, "soft")[0] == "Green JB, TECOS Study Group"
    assert part(response, "abstract") == (
        "Abstract Methods We gave it. CO2 rose. From PubMed. The abstract belongs to its publisher "
        "or authors."
    )
    assert texts(response, "facts")[0] == (
        "Journal N Engl J Med Published 16 July 2015, volume 373, issue 3, 232-42 PMID 26052984 "
        "PMCID PMC123 DOI 10.1056/nejmoa1501352 Types Randomized Controlled Trial "
        "Design Randomised trial n 14,671 Language eng Interests Funded by Merck."
    )
    assert part(response, "integrity") == (
        "Integrity No notice found where it was checked. "
        "PubMed No notice found, checked 1 March 2026 Crossref Not checked"
    )


def test_unfetched_publication_says_so_and_shows_what_curators_know(client):
    publication = PublicationFactory(
        title="", expected_title="A trial of leeches", expected_first_author="Leech A"
    )

    response = show(client, publication)

    assert heading(response) == "A trial of leeches"
    assert texts(response, "empty") == [
        "The record has not been fetched yet, so its abstract is not known here. No fetch has been "
        "asked for. What stands on this page is what the curators recorded."
    ]
    assert texts(response, "soft")[0] == "First author, as the curators have it: Leech A"
    assert part(response, "integrity") == (
        "Integrity Not checked for retractions and corrections. That does not mean that there are "
        "none. PubMed Not checked Crossref Cannot be asked without a DOI"
    )
    assert part(response, "record") == (
        "This record Identity Not confirmed yet: the identifier is from memory Fetched Not yet "
        "Ledger No fetch has been asked for."
    )


def test_publication_without_pmid_says_that_pubmed_cannot_be_asked(client):
    publication = PublicationFactory(without_pmid=True)

    (empty,) = texts(show(client, publication), "empty")

    assert "It has no PMID, so PubMed cannot be asked for it." in empty


def test_publication_without_abstract_at_the_source_says_so(client):
    publication = PublicationFactory(
        fetched=True, abstract_state="absent_in_source", abstract_sections=[]
    )

    assert part(show(client, publication), "abstract") == (
        "Abstract PubMed's record has no abstract."
    )


@pytest.mark.parametrize(
    ("request_is", "words"),
    [
        ({}, "A fetch has been queued since 1 March 2026, 12:00 UTC and not yet been tried."),
        ({"running": True}, "It is being fetched just now."),
        (
            {"not_found": True},
            "PubMed had no record under this number when it was asked on 1 March 2026.",
        ),
        (
            {"failed": True},
            "Given up on 1 March 2026 after 5 attempts: 503 Service Unavailable",
        ),
        ({"succeeded": True}, "Last asked for and received on 1 March 2026, 12:00 UTC."),
    ],
)
def test_ledger_is_told_in_words(client, request_is, words):
    publication = PublicationFactory()
    FetchRequestFactory(identifier=publication.pmid, **request_is)

    assert part(show(client, publication), "record").endswith(f"Ledger {words}")


def test_ledger_tells_the_last_attempt_and_the_next(client):
    publication = PublicationFactory()
    request = FetchRequestFactory(
        identifier=publication.pmid, attempts=2, next_attempt_at=NOW + timedelta(hours=1)
    )
    FetchAttemptFactory(request=request, failed=True, at=NOW - timedelta(hours=2))
    FetchAttemptFactory(request=request, failed=True)

    assert part(show(client, publication), "record").endswith(
        "Ledger 2 attempts so far; the last, on 1 March 2026, 12:00 UTC, ended with “server "
        "error”. The next is due on 1 March 2026, 13:00 UTC."
    )


def test_mismatch_tells_what_was_expected(client):
    publication = PublicationFactory(
        mismatched=True,
        expected_title="A trial of leeches",
        expected_first_author="Leech A",
        expected_year=2001,
    )

    assert texts(show(client, publication), "notice") == [
        "This is another paper than expected. The record behind the number does not match what the "
        "curators meant. It does not count as evidence until somebody settles it. Expected: “A "
        "trial of leeches”, Leech A, 2001."
    ]


def test_retraction_is_told_at_the_top_with_its_notice(client):
    publication = PublicationFactory(retracted=True)
    IntegrityNoticeFactory(publication=publication, notice_pmid="80000001")

    response = show(client, publication)

    assert texts(response, "notice") == ["Retracted. It is shown, but does not count as evidence."]
    assert part(response, "integrity") == (
        "Integrity Retracted. PubMed Retracted, checked 1 March 2026 "
        "Crossref Cannot be asked without a DOI "
        "Retraction · told by PubMed · PMID 80000001 · seen 1 March 2026"
    )


def test_correction_is_no_retraction(client):
    publication = PublicationFactory(integrity="corrected", integrity_note="An erratum.")

    response = show(client, publication)

    assert texts(response, "notice") == []
    assert part(response, "integrity") == (
        "Integrity Corrected, noted by a curator; not checked at the source. "
        "PubMed Not checked Crossref Cannot be asked without a DOI An erratum."
    )


def test_comments_stand_apart_from_notices(client):
    publication = PublicationFactory(fetched=True)
    IntegrityNoticeFactory(publication=publication, kind="comment", notice_pmid="80000001")

    assert part(show(client, publication), "integrity") == (
        "Integrity No notice found where it was checked. "
        "PubMed No notice found, checked 1 March 2026 Crossref Cannot be asked without a DOI "
        "1 published comment Comment · told by PubMed · PMID 80000001 · seen 1 March 2026"
    )


def test_sources_that_disagree_are_shown_as_disagreeing(client):
    publication = PublicationFactory(
        fetched=True,
        doi="10.5555/x",
        crossref_integrity="retracted",
        crossref_checked_at=NOW + timedelta(days=7),
        integrity="retracted",
        pubmed_integrity="current",
    )
    IntegrityNoticeFactory(
        publication=publication,
        source="crossref",
        notice_pmid="",
        notice_doi="10.5555/notice",
        reference="Retraction, told by the publisher",
        last_seen_at=NOW + timedelta(days=7),
    )

    response = show(client, publication)

    assert texts(response, "notice") == [
        "Retracted. It is shown, but does not count as evidence.",
        "The sources disagree. The graver word counts here until they agree.",
    ]
    assert part(response, "integrity") == (
        "Integrity Retracted. PubMed No notice found, checked 1 March 2026 "
        "Crossref Retracted, checked 8 March 2026 "
        "The sources disagree. The graver word counts here until they agree. "
        "Retraction · told by Crossref · 10.5555/notice · Retraction, told by the publisher "
        "· seen 1 March 2026 to 8 March 2026"
    )


def test_change_of_an_unknown_kind_is_not_shown_as_clean(client):
    publication = PublicationFactory(
        doi="10.5555/x", crossref_checked_at=NOW, integrity_checked_at=NOW
    )

    assert part(show(client, publication), "integrity") == (
        "Integrity Not clear: a source tells of a change of a kind that is not known here. "
        "PubMed Not checked "
        "Crossref Tells of a change of a kind that is not known here, checked 1 March 2026"
    )


def test_crossrefs_ledger_says_what_became_of_asking(client):
    publication = PublicationFactory(doi="10.5555/x")
    FetchRequestFactory(
        service="crossref", identifier="10.5555/x", state="not_found", finished_at=NOW
    )

    assert part(show(client, publication), "record").endswith(
        "Ledger, Crossref Crossref had no record under this number when it was asked on "
        "1 March 2026."
    )


def test_publication_lists_the_claims_it_bears_on_with_stance(client):
    publication = PublicationFactory()
    one, other = ClaimFactory.create_batch(2, article=ArticleFactory())
    item = EvidenceItemFactory(
        claim=one, publication=publication, finding="death", judged=True, judged__against=True
    )
    VerdictFactory(claim=item.claim, contradicted=True)
    unsettled = EvidenceItemFactory(claim=other, publication=publication, finding="pain")
    EvidenceItemFactory(publication=publication, claim__state="draft", judged=True)

    response = show(client, publication)

    assert part(response, "claims") == (
        "Claims it bears on Provisional. These verdicts were proposed by machine-assisted "
        "curation. No clinician has reviewed them yet. What that means "
        f"Contradicts · death · Direct {item.claim.statement} "
        "Contested (contradicted) Certainty not rated Provisional "
        f"Not settled yet · pain {unsettled.claim.statement} No verdict yet"
    )
    assert f"{item.claim.get_absolute_url()}#{item.key}" in links(response, "claims")


def test_publication_tells_trials_pooled_works_and_reviews(client):
    publication = PublicationFactory(title="A review")
    report = ReportFactory(publication=publication, role="follow_up")
    pooled = InclusionFactory(review=publication).publication
    trial = InclusionFactory(review=publication, of_trial=True).trial
    review = InclusionFactory(publication=publication).review

    response = show(client, publication)

    assert links(response, "reports") == [report.trial.get_absolute_url()]
    assert part(response, "reports").endswith(": follow-up (according to a curator)")
    assert links(response, "includes") == [pooled.get_absolute_url(), trial.get_absolute_url()]
    assert links(response, "included-in") == [review.get_absolute_url()]


def test_publication_the_article_cites_says_for_what(client):
    citation = CitationFactory(resolved=True)
    CitationFactory(resolved=True, publication=citation.publication, claim__state="draft")

    response = show(client, citation.publication)

    assert links(response, "citations") == [
        citation.publication.get_absolute_url(),
        citation.claim.get_absolute_url(),
        f"{reverse('methods')}#review",
    ]


@pytest.mark.parametrize("doi", ["10.1016/s0140-6736(11)61931-4", "10.1002/a<1::aid>3.0.co;2-#x?"])
def test_odd_doi_is_an_address(client, doi):
    publication = PublicationFactory(pmid=None, doi=doi)

    assert show(client, publication).status_code == 200


def test_every_identifier_leads_to_the_one_address(client):
    publication = PublicationFactory(pmid="123", pmcid="PMC9", doi="10.5555/x/y")

    answers = [client.get(f"/publications/{i}/") for i in ("PMC9", "10.5555/x/y", "10.5555/X/Y")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, publication.get_absolute_url())
    ] * 3


@pytest.mark.parametrize("identifier", ["1", "a%00b", "10.1/none", "%20"])
def test_unknown_publication_is_not_found(client, identifier):
    assert client.get(f"/publications/{identifier}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_publication_takes_the_same_queries_for_any_rows(client, rows, django_assert_num_queries):
    publication = PublicationFactory(fetched=True)
    for _ in range(rows):
        item = EvidenceItemFactory(publication=publication, judged=True)
        VerdictFactory(claim=item.claim)
        CitationFactory(publication=publication, resolution="resolved")
        ReportFactory(publication=publication)
        InclusionFactory(review=publication)
        InclusionFactory(publication=publication)
        IntegrityNoticeFactory(publication=publication)
    request = FetchRequestFactory(identifier=publication.pmid)
    FetchAttemptFactory.create_batch(rows, request=request)

    with django_assert_num_queries(14):
        show(client, publication)


def test_judged_citation_says_that_it_is_provisional_even_without_evidence(client):
    publication = PublicationFactory()
    CitationFactory(
        claim=ClaimFactory(state="in_review"),
        publication=publication,
        resolution="resolved",
        accuracy="major_error",
        note="It says something else.",
    )

    response = show(client, publication)

    assert b"Provisional." in response.content


@pytest.mark.parametrize("spelling", ["PMC123", "pmc123"])
def test_publication_is_found_by_its_pmcid_in_any_case(client, spelling):
    PublicationFactory(pmid=None, pmcid="PMC123")

    response = client.get(f"/publications/{spelling}/", follow=True)

    assert response.status_code == 200
