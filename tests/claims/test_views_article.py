"""An article, claim by claim."""

import pytest

from tests.claims.reading import heading, links, part, texts
from tests.factories import (
    ArticleFactory,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    TrialFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

TEXT = "Insulin opens the door. Glucose walks in. A reader agrees."
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
        "paragraph say where each stands."
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

    assert part(show(client, article), "unplaced").endswith("It turns the key. No verdict yet")


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
        "Claims without a place Where these stand in the article is not recorded, or could not be "
        "found again. It is somewhere. No verdict yet"
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


def test_imported_text_is_not_shown_whole(client, article):
    snapshot = ArticleSnapshotFactory(article=article, outline=OUTLINE, text=TEXT)
    claim_at(snapshot, "Insulin opens.", 2)

    response = show(client, article)

    assert part(response, "S0") == "The door Paragraph 1 Insulin opens. No verdict yet"
    assert TEXT not in response.content.decode()


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

    assert texts(show(client, article), "about") == [words]


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
        f"cited by its acronym, source identified For the claim {claim.statement}"
    )
    assert links(response, "citations") == [trial.get_absolute_url(), claim.get_absolute_url()]


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

    with django_assert_num_queries(6):
        show(client, article)
