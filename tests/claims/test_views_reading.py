"""An article whose text was imported: its claims marked in place, for those who may read it."""

import copy

import pytest

from tests.claims.reading import links, page_of, part, texts, words
from tests.factories import (
    ArticleFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

OPENING = "Insulin opens the door for glucose. Nobody likes zebras."
ROOM = "Glucose walks in and sits down."
SILENT = "Giraffes were never asked about any of it."
COMMENT = "My own sugar fell to forty after lunch."
TEXT = f"Menu\n\n{OPENING}\n\nInto the room\n\n{ROOM}\n\n{SILENT}\n\n{COMMENT}"


def span_of(words):
    start = TEXT.index(words)
    return start, start + len(words)


def row(words, **known):
    start, end = span_of(words)
    return {"start": start, "end": end, "sha256": "", **known}


OUTLINE = {
    "sections": [
        row(OPENING, key="S0", label="the door", paragraphs=[1]),
        row(ROOM, key="S1", label="the room", paragraphs=[2, 3]),
    ],
    "paragraphs": [
        row(OPENING, number=1, section="S0"),
        row(ROOM, number=2, section="S1"),
        row(SILENT, number=3, section="S1"),
    ],
    "comments": [row(COMMENT, number=1)],
}


@pytest.fixture
def article():
    return ArticleFactory(key="doors", url="https://example.org/doors")


@pytest.fixture
def snapshot(article):
    return ArticleSnapshotFactory(
        article=article,
        text=TEXT,
        outline=OUTLINE,
        body_start=span_of(OPENING)[0],
        body_end=span_of(SILENT)[1],
    )


@pytest.fixture
def reviewer(client):
    user = UserFactory(role="reviewer")
    client.force_login(user)
    return user


def claim_on(snapshot, words, *, sign=None, status="exact", voice="author", **known):
    claim = ClaimFactory(article=snapshot.article, voice=voice, **known)
    start, end = span_of(words)
    comment = {"section": "", "paragraph": None, "comment": 1} if voice != "author" else {}
    ClaimAnchorFactory(
        claim=claim, snapshot=snapshot, start=start, end=end, status=status, **comment
    )
    if sign:
        VerdictFactory(claim=claim, **{sign: True})
    return claim


def show(client, article, query=""):
    return client.get(f"{article.get_absolute_url()}{query}")


def marks(response):
    """Return each mark with the claim it belongs to, its classes, and its words."""
    found = page_of(response).xpath("//mark")
    return [(mark.get("data-claim"), mark.get("class"), words(mark)) for mark in found]


def paragraphs(response):
    return texts(response, "text")


def test_passage_is_marked_in_its_place_by_sign_and_word(client, article, snapshot):
    claim = claim_on(snapshot, "Insulin opens the door", sign="supported")

    response = show(client, article)

    assert marks(response) == [(claim.public_id, "mark supported lane-0", "Insulin opens the door")]
    assert paragraphs(response)[0] == f"{claim.public_id}, Supported: Insulin opens the door …"
    flag = page_of(response).get_element_by_id(claim.public_id)
    assert (flag.get("href"), flag.xpath(".//use/@href")) == (
        f"#card-{claim.public_id}",
        ["#sign-supported"],
    )


def test_card_stands_beside_its_passage_and_leads_back_and_on(client, article, snapshot):
    claim = claim_on(snapshot, "Insulin opens the door", sign="supported")

    response = show(client, article)

    assert links(response, f"card-{claim.public_id}") == [
        claim.get_absolute_url(),
        f"#{claim.public_id}",
        "https://example.org/doors#:~:text=Insulin%20opens%20the%20door",
    ]
    assert part(response, f"card-{claim.public_id}") == (
        f"{claim.statement} Supported Certainty not rated Provisional "
        f"{claim.public_id} · in the text · in the original"
    )


def test_public_sees_passages_and_an_ellipsis_for_the_rest(client, article, snapshot):
    claim_on(snapshot, "opens the door")
    claim_on(snapshot, "Glucose walks in")

    response = show(client, article)

    assert [text.split(": ", 1)[-1] for text in paragraphs(response)] == [
        "opens the door …",
        "Glucose walks in …",
        "…",
    ]
    assert "zebras" not in response.content.decode()
    assert "Giraffes" not in response.content.decode()


def test_whole_text_is_shown_to_all_where_the_article_says_so(client, article, snapshot):
    claim = claim_on(snapshot, "opens the door")
    article.text_visibility = "full"
    article.save()

    response = show(client, article)

    assert paragraphs(response) == [
        f"Insulin {claim.public_id}, No verdict yet: opens the door for glucose. "
        "Nobody likes zebras.",
        "Into the room",
        ROOM,
        SILENT,
    ]
    assert "Menu" not in part(response, "reading")
    assert COMMENT not in response.content.decode()


def test_heading_that_stands_over_its_section_is_not_repeated(client, article, snapshot):
    article.text_visibility = "full"
    article.save()
    outline = copy.deepcopy(OUTLINE)
    outline["sections"][1]["label"] = "into the room"
    snapshot.outline = outline
    snapshot.save()

    response = show(client, article)

    assert paragraphs(response) == [OPENING, ROOM, SILENT]
    assert part(response, "S1").startswith("Into the room Paragraph 2")


def test_reviewer_sees_the_whole_text_and_that_others_do_not(client, article, snapshot, reviewer):
    claim_on(snapshot, "opens the door")

    response = show(client, article)

    assert paragraphs(response)[1:] == ["Into the room", ROOM, SILENT]
    assert texts(response, "notice") == [
        "For reviewers. You see the whole text and readers' own words because you are logged in "
        "and may read them. Everybody else sees only the passages of its author's claims. "
        "As others see it"
    ]


def test_reviewer_can_look_as_others_do(client, article, snapshot, reviewer):
    claim_on(snapshot, "opens the door")

    response = show(client, article, "?as=public")

    assert "zebras" not in response.content.decode()
    assert texts(response, "notice") == [
        "For reviewers. This is what everybody sees. Show the whole text"
    ]
    assert "private" in response["Cache-Control"]


def test_person_without_the_permission_sees_what_the_public_sees(client, article, snapshot):
    claim_on(snapshot, "opens the door")
    client.force_login(UserFactory())

    assert "zebras" not in show(client, article).content.decode()


def test_no_cache_hands_the_reviewers_page_to_the_public(client, article, snapshot, reviewer):
    inside = show(client, article)
    client.logout()
    outside = show(client, article)

    assert (inside["Vary"], inside["Cache-Control"]) == (
        "Cookie",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert (outside["Vary"], outside.get("Cache-Control")) == ("Cookie", None)


def test_page_without_a_text_is_the_same_for_everyone(client, article, reviewer):
    ArticleSnapshotFactory(article=article, outline=OUTLINE)

    assert "Vary" not in show(client, article).headers


def test_nested_and_overlapping_marks_keep_lines_of_their_own(client, article, snapshot):
    outer = claim_on(snapshot, "Insulin opens the door", sign="supported")
    inner = claim_on(snapshot, "opens", sign="contradicted")
    across = claim_on(snapshot, "door for glucose", sign="partly")

    response = show(client, article)

    one, two, three = outer.public_id, inner.public_id, across.public_id
    assert marks(response) == [
        (one, "mark supported lane-0", "Insulin"),
        (one, "mark supported lane-0", "opens"),
        (two, "mark contradicted lane-1", "opens"),
        (one, "mark supported lane-0", "the"),
        (one, "mark supported lane-0", "door"),
        (three, "mark partly_supported lane-1", "door"),
        (three, "mark partly_supported lane-1", "for glucose"),
    ]


def test_mark_over_two_paragraphs_begins_once(client, article, snapshot):
    start, end = span_of(f"{ROOM}\n\n{SILENT}")
    claim = ClaimFactory(article=article)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=start, end=end, exact=True)

    response = show(client, article)

    assert [words for _, _, words in marks(response)] == [ROOM, SILENT]
    assert len(page_of(response).xpath(f"//*[@id='{claim.public_id}']")) == 1


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("orphaned", "Its words are not found in this version."),
        (
            "ambiguous",
            "Its words stand more than once in this version; which place is meant is not guessed.",
        ),
        ("unresolved", "Its place is recorded, but was not looked for in this text yet."),
    ],
)
def test_claim_without_a_place_in_this_version_is_listed_with_the_reason(
    client, article, snapshot, status, why
):
    claim = ClaimFactory(article=article)
    nowhere = {"start": None, "end": None} if status != "unresolved" else {"start": 10}
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, status=status, **nowhere)

    response = show(client, article)

    assert part(response, claim.public_id) == f"{claim.statement} No verdict yet {why}"
    assert marks(response) == []


def test_newest_imported_version_is_read_and_says_where_claims_were_marked(client, article):
    first = ArticleSnapshotFactory(article=article, outline=OUTLINE)
    read = ArticleSnapshotFactory(article=article, text=TEXT, outline=OUTLINE, body_start=6)
    ArticleSnapshotFactory(article=article, outline=OUTLINE)
    claim = ClaimFactory(article=article)
    ClaimAnchorFactory(claim=claim, snapshot=first, start=6, end=20)
    ClaimAnchorFactory(claim=claim, snapshot=read, start=6, end=20, status="relocated")
    other = ClaimFactory(article=article)
    ClaimAnchorFactory(claim=other, snapshot=first, start=6, end=20)

    response = show(client, article)

    assert f"Version. {read.sha256[:12]}," in texts(response, "card")[-1]
    assert f"marked on version {first.sha256[:12]}." in texts(response, "card")[-1]
    assert part(response, "findings") == "1 found again by their words"
    assert part(response, other.public_id).endswith(
        "Its place is known in another version or article only."
    )


def test_claim_of_another_article_that_stands_here_too_is_read_here(client, article, snapshot):
    elsewhere = ClaimFactory()
    start, end = span_of("Glucose walks in")
    ClaimAnchorFactory(claim=elsewhere, snapshot=snapshot, start=start, end=end, exact=True)

    assert marks(show(client, article)) == [
        (elsewhere.public_id, "mark no_verdict lane-0", "Glucose walks in")
    ]


def test_part_with_a_place_of_its_own_is_marked_inside_its_whole(client, article, snapshot):
    whole = claim_on(snapshot, "Insulin opens the door")
    opens = ClaimFactory(parent=whole)
    start, end = span_of("the door")
    ClaimAnchorFactory(claim=opens, snapshot=snapshot, start=start, end=end, exact=True)
    door = ClaimFactory(parent=whole)

    response = show(client, article)

    assert {claim for claim, _, _ in marks(response)} == {whole.public_id, opens.public_id}
    assert part(response, f"card-{opens.public_id}") == f"{opens.statement} No verdict yet"
    assert part(response, door.public_id) == f"{door.statement} No verdict yet"


def test_readers_words_are_for_reviewers_alone_and_never_the_authors(
    client, article, snapshot, reviewer
):
    claim = claim_on(snapshot, "My own sugar fell", voice="reader_comment")

    inside = show(client, article)
    client.logout()
    outside = show(client, article)

    assert part(inside, "comments").endswith(
        f"Comment 1 {claim.public_id}, No verdict yet: {COMMENT} "
        f"{claim.statement} No verdict yet {claim.public_id} · in the text"
    )
    assert part(outside, "comments").endswith(f"Comment 1 {claim.statement} No verdict yet")
    assert "sugar" not in outside.content.decode()
    assert claim.statement not in part(outside, "S0")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?verdict=supported", ["supported"]),
        ("?verdict=contested", ["contradicted", "conflicting"]),
        ("?verdict=conflicting", ["conflicting"]),
        ("", ["supported", "contradicted", "conflicting"]),
    ],
)
def test_verdict_is_a_filter_with_an_address(client, article, snapshot, query, shown):
    claim_on(snapshot, "Insulin opens", sign="supported")
    claim_on(snapshot, "for glucose", sign="contradicted")
    claim_on(snapshot, "Glucose walks in", sign="conflicting")

    response = show(client, article, query)

    assert [classes.split()[1] for _, classes, _ in marks(response)] == shown


def test_filter_says_what_is_shown_and_how_to_be_rid_of_it(client, article, snapshot):
    claim_on(snapshot, "Insulin opens", sign="supported")
    claim_on(snapshot, "Glucose walks in", sign="conflicting")

    response = show(client, article, "?verdict=supported")

    assert part(response, "filter") == (
        "All 2 claims 1 Supported 1 Contested (conflicting) Keys ? "
        "Shown: 1 of 2 claims, supported. The others are not marked. Show all"
    )
    assert paragraphs(response)[1:] == []


def test_word_that_is_no_verdict_is_refused_and_all_is_shown(client, article, snapshot):
    claim_on(snapshot, "Insulin opens", sign="supported")

    response = show(client, article, "?verdict=true")

    assert part(response, "filter").startswith("“true” is no verdict; all claims are shown.")
    assert len(marks(response)) == 1


def test_part_alone_under_a_filter_stands_where_its_whole_does(client, article, snapshot):
    whole = claim_on(snapshot, "Insulin opens the door", sign="supported")
    opens = VerdictFactory(claim=ClaimFactory(parent=whole), contradicted=True).claim

    response = show(client, article, "?verdict=contradicted")

    assert marks(response) == [
        (opens.public_id, "mark contradicted lane-0", "Insulin opens the door")
    ]


def test_bar_says_how_much_of_the_text_carries_claims_and_is_assessed(client, article, snapshot):
    claim_on(snapshot, OPENING, sign="supported")
    claim_on(snapshot, ROOM)
    claim_on(snapshot, "My own sugar fell", voice="reader_comment", sign="supported")

    assert part(show(client, article), "coverage") == (
        "67 % of the author's text carries claims; on 43 % of it all of them have been assessed. "
        "43 % carries claims that have been assessed "
        "24 % carries a claim that nobody has assessed yet 33 % carries no marked claim"
    )


def test_contents_count_the_claims_of_each_section(client, article, snapshot):
    claim_on(snapshot, "Insulin opens")
    ClaimFactory(parent=claim_on(snapshot, "Nobody likes zebras"))

    response = show(client, article)

    assert texts(response, "jump") == ["The door 3 claims The room 0 claims What it cites"]


@pytest.mark.parametrize("claims", [1, 3])
def test_reading_takes_the_same_queries_for_any_claims(
    client, article, snapshot, reviewer, claims, django_assert_num_queries
):
    for n in range(claims):
        VerdictFactory(claim=claim_on(snapshot, OPENING[n:]))

    with django_assert_num_queries(11):
        show(client, article)


def again(claim, snapshot, words, status="exact", **known):
    start, end = span_of(words) if status == "exact" else (None, None)
    ClaimAnchorFactory(
        claim=claim,
        snapshot=snapshot,
        start=start,
        end=end,
        status=status,
        fingerprint_sha256="f" * 64,
        **known,
    )


def test_every_passage_of_a_claim_is_marked_and_leads_to_its_card(client, article, snapshot):
    claim = claim_on(snapshot, "Glucose walks in", sign="supported")
    again(claim, snapshot, "opens the door")

    response = show(client, article)

    name = claim.public_id
    assert marks(response) == [
        (name, "mark supported lane-0", "opens the door"),
        (name, "mark supported lane-0", "Glucose walks in"),
    ]
    flags = page_of(response).xpath("//a[contains(@class, 'flag')]")
    assert [(flag.get("id"), flag.get("href"), words(flag)) for flag in flags] == [
        (name, f"#card-{name}", f"{name}, Supported, passage 1 of 2:"),
        (f"{name}-2", f"#card-{name}", f"{name}, Supported, passage 2 of 2:"),
    ]
    assert part(response, f"card-{name}").endswith(
        f"{name} · in the text · passage 2 · in the original"
    )
    assert part(response, "findings") == "2 at the very place where they were marked"


def test_filter_keeps_every_passage_of_a_claim(client, article, snapshot):
    claim = claim_on(snapshot, "opens the door", sign="supported")
    again(claim, snapshot, "Glucose walks in")

    assert len(marks(show(client, article, "?verdict=supported"))) == 2


def test_all_passages_count_in_the_bar(client, article, snapshot):
    claim = claim_on(snapshot, OPENING, sign="supported")
    again(claim, snapshot, f"{ROOM}\n\n{SILENT}")

    assert part(show(client, article), "coverage").startswith("100 % of the author's text")


def test_passage_that_is_lost_is_told_beside_the_one_that_is_found(client, article, snapshot):
    claim = claim_on(snapshot, "Glucose walks in")
    again(claim, snapshot, "", status="orphaned")

    response = show(client, article)

    assert "Made in another passage too. Its words are not found in this version." in part(
        response, f"card-{claim.public_id}"
    )


def test_comment_in_which_a_claim_is_made_again_is_shown_to_reviewers(
    client, article, snapshot, reviewer
):
    second = "And so did mine."
    snapshot.text = f"{TEXT}\n\n{second}"
    snapshot.outline = copy.deepcopy(OUTLINE)
    start = len(TEXT) + 2
    snapshot.outline["comments"].append(
        {"start": start, "end": start + len(second), "sha256": "", "number": 2}
    )
    fresh = ArticleSnapshotFactory(
        article=article,
        text=snapshot.text,
        outline=snapshot.outline,
        body_start=snapshot.body_start,
        body_end=snapshot.body_end,
    )
    claim = claim_on(fresh, "My own sugar fell", voice="reader_comment")
    ClaimAnchorFactory(
        claim=claim,
        snapshot=fresh,
        start=start,
        end=start + len(second),
        status="exact",
        fingerprint_sha256="f" * 64,
        section="",
        paragraph=None,
        comment=2,
    )

    response = show(client, article)

    assert part(response, "comments").endswith(
        f"Comment 2 {claim.public_id}, No verdict yet, passage 2 of 2: {second}"
    )
