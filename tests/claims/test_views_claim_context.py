"""A claim's own page: parts, citations, place, relations, searches, history."""

import pytest

from claims.actions.verdicts import derive_verdicts
from tests.claims.reading import cells, links, part
from tests.factories import (
    NOW,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    EvidenceItemFactory,
    SearchRecordFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

TEXT = "Insulin opens the door. Glucose walks in."
OUTLINE = {"sections": [{"key": "S0", "label": "the door", "start": 0, "end": 41}]}


def show(client, claim):
    return client.get(claim.get_absolute_url())


def derive(*claims):
    derive_verdicts(claims, by=UserFactory(), now=NOW)


def test_compound_claim_shows_its_parts_and_no_evidence(client):
    whole = ClaimFactory()
    core = ClaimFactory(parent=whole, is_core=True, position=1)
    extra = ClaimFactory(parent=whole, is_essential=False, position=2)
    for leaf in (core, extra):
        EvidenceItemFactory(claim=leaf, judged=True)
    derive(core, extra)
    derive(whole)

    response = show(client, whole)

    assert part(response, "evidence") is None
    assert part(response, "parts") == (
        "Its parts The sentence makes more than one claim. Evidence is tied to each part, and the "
        "verdict on the whole follows from theirs. "
        f"{core.statement} Supported Certainty not rated One reviewer "
        f"{core.public_id} · the core of the claim "
        f"{extra.statement} Supported Certainty not rated One reviewer "
        f"{extra.public_id} · not essential: left out of the verdict on the whole"
    )


def test_compound_claim_shows_what_is_cited_for_its_parts(client):
    whole = ClaimFactory()
    leaf = ClaimFactory(parent=whole)
    CitationFactory(claim=leaf, raw="TECOS")

    response = show(client, whole)

    assert leaf.get_absolute_url() in links(response, "citations")


def test_part_names_its_whole_and_its_siblings(client):
    whole = ClaimFactory()
    one, other = ClaimFactory.create_batch(2, parent=whole)
    hidden = ClaimFactory(parent=whole, state="draft")

    response = show(client, one)

    assert whole.get_absolute_url() in links(response)
    assert links(response, "siblings") == [other.get_absolute_url()]
    assert hidden.get_absolute_url() not in links(response)


def test_citation_accuracy_is_kept_apart_from_truth(client):
    claim = ClaimFactory()
    citation = CitationFactory(
        claim=claim, resolved=True, raw="SAVIOR", accuracy="major_error", note="It is misspelt."
    )

    response = show(client, claim)

    source = citation.publication.short_citation
    assert part(response, "citations") == (
        "What the article cites for it Whether the article's source says what the article says is "
        f"another question than whether the claim is true. “SAVIOR” is {source} "
        "Major error cited vaguely, source identified It is misspelt."
    )


def test_claim_without_citation_says_so(client):
    assert part(show(client, ClaimFactory()), "citations").endswith(
        "The article cites nothing for this claim."
    )


def test_place_without_text_is_told_without_the_passage(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot)

    assert part(show(client, claim), "place") == (
        "Where it stands in the article In the section “the door”, paragraph 1. Read it in its "
        "place. The article's text is not imported here, so the passage itself (8 words) is not "
        "shown."
    )


def test_place_with_text_shows_the_passage(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=23, exact=True)

    assert part(show(client, claim), "place") == (
        "Where it stands in the article In the section “the door”, paragraph 1. "
        "Read it in its place. Insulin opens the door."
    )


def test_every_place_of_a_claim_is_told_in_the_order_of_reading(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, text=TEXT, outline=OUTLINE)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=24, end=40, exact=True)
    ClaimAnchorFactory(
        claim=claim, snapshot=snapshot, start=0, end=22, exact=True, fingerprint_sha256="f" * 64
    )
    ClaimAnchorFactory(
        claim=claim,
        snapshot=snapshot,
        start=None,
        end=None,
        status="orphaned",
        fingerprint_sha256="e" * 64,
    )

    response = show(client, claim)

    assert "Insulin opens the door" in part(response, "place")
    told = part(response, "further-places")
    assert "Glucose walks in" in told
    assert "Insulin" not in told
    assert told.endswith("not found in this version.")


def test_place_links_to_the_reading_view_and_to_the_original(client):
    claim = ClaimFactory(article__url="https://example.org/doors")
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=23, exact=True)

    assert links(show(client, claim), "place") == [
        f"{claim.article.get_absolute_url()}#S0",
        f"{claim.article.get_absolute_url()}#{claim.public_id}",
        "https://example.org/doors#:~:text=Insulin%20opens%20the%20door.",
    ]


def test_place_is_that_in_the_version_that_is_read(client):
    claim = ClaimFactory()
    read = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    later = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE)
    ClaimAnchorFactory(claim=claim, snapshot=read, start=0, end=23, exact=True)
    ClaimAnchorFactory(claim=claim, snapshot=later)

    assert part(show(client, claim), "place").endswith("Insulin opens the door.")


def test_place_not_looked_for_in_the_text_is_not_quoted(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=23)

    assert part(show(client, claim), "place").endswith(
        "was not looked for in the present text yet."
    )


def test_readers_own_words_are_not_quoted(client):
    claim = ClaimFactory(voice="reader_comment", article__url="https://example.org/doors")
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    comment = {"section": "", "paragraph": None, "comment": 1}
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=23, exact=True, **comment)

    response = show(client, claim)

    assert "names and personal health details are left out" in part(response, "place")
    assert "Insulin opens" not in response.content.decode()
    assert "text=" not in " ".join(links(response, "place"))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("orphaned", "The passage was not found in the present text of the article."),
        (
            "ambiguous",
            "The passage occurs more than once in the present text; it is not guessed which one "
            "was meant.",
        ),
    ],
)
def test_lost_place_is_not_guessed(client, status, words):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=None, end=None, status=status)

    assert part(show(client, claim), "place") == (
        f"Where it stands in the article In the section “the door”, paragraph 1. {words}"
    )


def test_relations_read_in_both_directions(client):
    claim = ClaimFactory()
    premise = ClaimRelationFactory(source=claim, type="depends_on").target
    critic = ClaimRelationFactory(target=claim, type="contradicts").source
    ClaimRelationFactory(source=claim, target__state="draft")

    response = show(client, claim)

    unrated = "No verdict yet"
    assert part(response, "related") == (
        f"Related claims This claim depends on {premise.statement} {unrated} "
        f"{premise.public_id} · Causation "
        f"Claims that speak against this one {critic.statement} {unrated} "
        f"{critic.public_id} · Causation"
    )


def test_search_that_found_nothing_is_told(client):
    claim = ClaimFactory()
    SearchRecordFactory(claim=claim)

    assert part(show(client, claim), "searches") == (
        "Searches of the literature PubMed, 1 February 2026: 3 hits, 0 included. "
        "insulin AND leeches"
    )


def test_claim_nobody_searched_for_says_so(client):
    assert part(show(client, ClaimFactory()), "searches").startswith(
        "Searches of the literature No search is recorded for this claim."
    )


def test_history_lists_versions_newest_first(client):
    claim = ClaimFactory()
    old = VerdictFactory(claim=claim, superseded=True)
    new = VerdictFactory(claim=claim, version=2, supported=True, approved=True)

    response = show(client, claim)

    assert cells(response, "history") == [
        [
            "2 (current)",
            "1 March 2026",
            "Supported",
            "Certainty not rated",
            "One reviewer, approved 1 March 2026",
        ],
        ["1", "1 March 2026", "Unassessed", "Certainty not rated", "Provisional, a proposal"],
    ]
    assert [part(response, version.public_id) is None for version in (old, new)] == [False, False]
