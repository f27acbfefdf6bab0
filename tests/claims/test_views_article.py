"""An article, claim by claim."""

import pytest

from tests.claims.reading import heading, links, part, texts
from tests.factories import (
    ArticleFactory,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    EvidenceItemFactory,
    PublicationFactory,
    TrialDigestFactory,
    TrialFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

OUTLINE = {
    "sections": [
        {"key": "S0", "label": "the door", "start": 0, "end": 23, "paragraphs": [1]},
        {"key": "S1", "label": "the room", "start": 24, "end": 41, "paragraphs": [2]},
        {"key": "S2", "label": "the cellar", "start": 41, "end": 41, "paragraphs": []},
    ],
    "paragraphs": [
        {"number": 1, "section": "S0", "start": 0, "end": 23, "sha256": ""},
        {"number": 2, "section": "S1", "start": 24, "end": 41, "sha256": ""},
    ],
    "comments": [{"number": 1, "start": 42, "end": 58, "sha256": ""}],
}


@pytest.fixture
def article():
    return ArticleFactory(
        title="Insulin explained",
        publisher="The Daily Door",
        dated=True,
        url="https://example.org/door",
        interest_note="Sells doors.",
        published_note="As printed.",
    )


@pytest.fixture
def snapshot(article):
    return ArticleSnapshotFactory(article=article, outline=OUTLINE)


def claim_at(snapshot, statement, start, **place):
    claim = ClaimFactory(
        article=snapshot.article, statement=statement, voice=place.pop("voice", "author")
    )
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=start, end=start + 5, **place)
    return claim


def show(client, article):
    return client.get(article.get_absolute_url())


def test_article_says_who_wrote_it_and_what_interests_stand_behind(client, article, snapshot):
    response = show(client, article)

    assert response.status_code == 200
    assert heading(response) == "Insulin explained"
    assert texts(response, "soft")[0] == (
        "Ann Author · The Daily Door · 3 May 2016 · the article itself"
    )
    assert texts(response, "card")[-1] == (
        "Interests. Sells doors. Date. As printed. Text. The article's text is not imported here, "
        "so its sentences are not shown. The claims are worded by the curators; section and "
        f"paragraph say where each stands. Version. {snapshot.sha256[:12]}, 1,000 characters, date "
        "of retrieval not recorded."
    )


def test_claims_stand_in_the_articles_order_by_section_and_paragraph(client, article, snapshot):
    second = claim_at(snapshot, "Glucose walks.", 25, section="S1", paragraph=2)
    later = claim_at(snapshot, "Doors open.", 12, section="S0", paragraph=1)
    first = claim_at(snapshot, "Insulin opens.", 2, section="S0", paragraph=1)

    response = show(client, article)

    none = "No verdict yet"
    assert part(response, "S0") == (
        f"The door Paragraph 1 {first.statement} {none} {later.statement} {none}"
    )
    assert part(response, "S1") == f"The room Paragraph 2 {second.statement} {none}"
    assert part(response, "S2") is None


def test_parts_stand_under_their_whole(client, article, snapshot):
    whole = claim_at(snapshot, "Insulin opens.", 2)
    ClaimFactory(parent=whole, statement="It turns the key.")
    ClaimFactory(parent=whole, statement="It is drafted.", state="draft")

    assert part(client.get(article.get_absolute_url()), whole.public_id) == (
        "Insulin opens. No verdict yet Two or more claims in one: 1 parts "
        "It turns the key. No verdict yet"
    )


def test_part_of_a_hidden_whole_stands_alone(client, article, snapshot):
    whole = ClaimFactory(article=article, state="draft")
    ClaimFactory(parent=whole, statement="It turns the key.")

    assert part(show(client, article), "unplaced").endswith(
        "It turns the key. No verdict yet No place is recorded for it."
    )


def test_claims_of_comments_stand_apart(client, article, snapshot):
    comment = {"section": "", "paragraph": None, "voice": "reader_comment"}
    claim_at(snapshot, "Keys are better.", 45, comment=1, **comment)

    response = show(client, article)

    assert part(response, "comments") == (
        "Claims in readers' comments These 1 claims are made by readers below the article, not by "
        "its author. Names and personal health details are left out. 1 No verdict yet "
        "Comment 1 Keys are better. No verdict yet"
    )


def test_claims_without_a_place_are_listed_as_such(client, article, snapshot):
    ClaimFactory(article=article, statement="It is somewhere.")

    assert part(show(client, article), "unplaced") == (
        "Claims without a place in this version Each says why. None is left out because its place "
        "is not known. It is somewhere. No verdict yet No place is recorded for it."
    )


def test_article_without_snapshot_shows_its_claims(client, article):
    ClaimFactory(article=article, statement="It is somewhere.")

    assert texts(show(client, article), "statement") == ["It is somewhere."]


def test_claims_of_an_older_snapshot_have_no_place_in_the_newer(client, article, snapshot):
    claim_at(snapshot, "Insulin opens.", 2)
    ArticleSnapshotFactory(article=article, outline=OUTLINE)

    response = show(client, article)

    assert part(response, "S0") is None
    assert "Insulin opens." in part(response, "unplaced")


@pytest.mark.parametrize(
    ("voice", "modality", "words"),
    [
        ("author", "attributed", "Reported by the author as the view of others."),
        ("reader_comment", "attributed", "Reported by the reader as the view of others."),
        ("author", "rhetorical", "Said in passing, as a figure of speech."),
    ],
)
def test_claim_says_how_it_is_meant(client, article, voice, modality, words):
    ClaimFactory(article=article, voice=voice, modality=modality)

    assert texts(show(client, article), "about")[0] == words


def test_article_tells_what_it_cites_and_for_which_claim(client, article, snapshot):
    claim = ClaimFactory(article=article)
    trial = TrialFactory(acronym="SAVOR-TIMI 53", registry_id="NCT01107886")
    CitationFactory(
        claim=claim, raw="SAVIOR", trial=trial, resolution="resolved", mode="trial_acronym"
    )
    CitationFactory(claim__article=article, claim__state="draft")

    response = show(client, article)

    assert part(response, "citations").endswith(
        "“SAVIOR” is the trial SAVOR-TIMI 53 (NCT01107886) Not judged yet "
        "cited by its acronym, source identified What the source says of this claim is not "
        "recorded yet. Registration not fetched yet "
        f"For the claim {claim.statement} (its place in the article)"
    )
    assert links(response, "citations") == [
        trial.get_absolute_url(),
        claim.get_absolute_url(),
        f"{article.get_absolute_url()}#{claim.public_id}",
    ]


def test_citations_are_counted_by_accuracy_and_by_source(client, article):
    for raw, accuracy in [("a", "accurate"), ("b", "major_error"), ("c", "major_error")]:
        CitationFactory(
            claim__article=article, resolved=True, raw=raw, accuracy=accuracy, note="Seen."
        )
    CitationFactory(claim__article=article, resolution="ambiguous", raw="d")

    assert part(show(client, article), "citation-counts") == (
        "4 citations: 3 source identified, 1 several sources fit. "
        "1 Cited accurately 2 Major error 1 Not judged yet"
    )


def test_citations_of_known_sources_say_so_in_one_word(client, article):
    CitationFactory(claim__article=article, resolved=True)

    assert part(show(client, article), "citation-counts") == (
        "1 citation, the source of each identified. 1 Cited accurately"
    )


def test_citation_says_what_its_source_says(client, article):
    claim = ClaimFactory(article=article)
    digest = TrialDigestFactory(shows="Fewer deaths.", does_not_show="Why.")
    CitationFactory(
        claim=claim,
        raw="SAVIOR",
        trial=digest.trial,
        resolution="resolved",
        accuracy="minor_error",
        note="It is spelt otherwise.",
    )
    judged = {"judged": True, "judged__with_effect": True, "judged__against": True}
    item = EvidenceItemFactory(
        claim=claim, publication=None, trial=digest.trial, finding="deaths", **judged
    )
    EvidenceItemFactory(claim=claim, finding="of another source", judged=True)
    EvidenceItemFactory(publication=None, trial=digest.trial, finding="of another claim")

    response = show(client, article)

    assert texts(response, "source-says") == [
        "What the source says It shows: Fewer deaths. It does not show: Why. "
        "Deaths: contradicts, Hazard ratio 0.90 (95% CI 0.80 to 1.01), p = 0.07"
    ]
    assert f"{claim.get_absolute_url()}#{item.key}" in links(response, "citations")
    assert texts(response, "accuracy")[-1] == "Minor error"


@pytest.mark.parametrize(
    ("resolution", "words"),
    [
        ("ambiguous", "More than one source fits these words."),
        ("unresolved", "Which source is meant could not be found out"),
    ],
)
def test_citation_without_a_source_says_why(client, article, resolution, words):
    CitationFactory(claim__article=article, resolution=resolution)

    assert words in part(show(client, article), "citations")


def test_ambiguous_citation_names_the_trials_that_fit_and_chooses_none(client, article):
    first = TrialFactory(acronym="SAVOR", registry_id="NCT00000001")
    second = TrialFactory(acronym="OTHER", aliases=["Savor"], registry_id="NCT00000002")
    TrialFactory(acronym="TECOS", registry_id="NCT00000003")
    for raw in ("SAVOR", "some trial"):
        CitationFactory(
            claim__article=article, raw=raw, mode="trial_acronym", resolution="ambiguous"
        )

    response = show(client, article)

    assert "It may be SAVOR (NCT00000001) or OTHER (NCT00000002). For the claim" in part(
        response, "citations"
    )
    assert [link for link in links(response, "citations") if "/trials/" in link] == [
        first.get_absolute_url(),
        second.get_absolute_url(),
    ]


def test_citation_of_another_paper_than_expected_says_so(client, article):
    publication = PublicationFactory(mismatched=True)
    CitationFactory(claim__article=article, resolved=True, publication=publication)

    assert "another paper than expected" in part(show(client, article), "citations")


def test_article_shows_neither_drafts_nor_withdrawn_claims(client, article):
    ClaimFactory(article=article, state="draft")
    ClaimFactory(article=article, state="withdrawn")
    shown = ClaimFactory(article=article)

    assert texts(show(client, article), "statement") == [shown.statement]


def test_provisional_article_says_so(client, article):
    VerdictFactory(claim__article=article, supported=True)

    assert [text[:12] for text in texts(show(client, article), "notice")] == ["Provisional."]


def test_unknown_article_is_not_found(client):
    assert client.get("/articles/none/").status_code == 404


@pytest.mark.parametrize("claims", [1, 3])
def test_article_takes_the_same_queries_for_any_claims(
    client, article, snapshot, claims, django_assert_num_queries
):
    for n in range(claims):
        claim = claim_at(snapshot, f"Insulin opens {n}.", n)
        ClaimFactory(parent=claim)
        VerdictFactory(claim=claim)
        CitationFactory(claim=claim, resolved=True)

    with django_assert_num_queries(8):
        show(client, article)
