"""The list of claims and its filters."""

import pytest

from tests.claims.reading import page_of, texts
from tests.factories import ArticleFactory, ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

TIMES = "\N{MULTIPLICATION SIGN}"


def options(response, name):
    return [option.text for option in page_of(response).xpath(f"//select[@name='{name}']/option")]


def shown(client, query=""):
    return texts(client.get(f"/claims/{query}"), "statement")


@pytest.fixture
def world():
    """Three claims that no filter confuses."""
    article = ArticleFactory()
    supported = VerdictFactory(
        claim__article=article,
        claim__statement="Insulin lowers glucose.",
        claim__claim_type="mechanism",
        claim__topics=["insulin-action", "liver"],
        supported=True,
        rated=True,
    )
    conflicting = VerdictFactory(
        claim__article=article,
        claim__statement="Fasting cures diabetes.",
        claim__voice="reader_comment",
        claim__topics=["liver"],
        conflicting=True,
    )
    contradicted = VerdictFactory(
        claim__article=article,
        claim__statement="Glucose is never raised.",
        claim__claim_type="harm",
        contradicted=True,
    )
    return [verdict.claim for verdict in (supported, conflicting, contradicted)]


def test_list_shows_public_claims_with_their_verdicts(client, world):
    ClaimFactory(state="draft")
    ClaimFactory(state="withdrawn")

    response = client.get("/claims/")

    assert texts(response, "statement") == [claim.statement for claim in world]
    assert texts(response, "rating") == [
        "Supported Moderate certainty Provisional",
        "Contested (conflicting) Certainty not rated Provisional",
        "Contested (contradicted) Certainty not rated Provisional",
    ]
    assert texts(response, "about") == [
        f"{world[0].public_id} · Mechanism",
        f"{world[1].public_id} · Causation · from a reader's comment",
        f"{world[2].public_id} · Harm",
    ]
    assert texts(response, "count") == ["3 claims"]


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("?verdict=supported", [0]),
        ("?verdict=contested", [1, 2]),
        ("?verdict=conflicting", [1]),
        ("?verdict=contradicted", [2]),
        ("?certainty=moderate", [0]),
        ("?certainty=not_rated", [1, 2]),
        ("?topic=liver", [0, 1]),
        ("?type=harm", [2]),
        ("?voice=reader_comment", [1]),
        ("?q=glucose", [0, 2]),
        ("?q=GLUCOSE+never", [2]),
        ("?topic=liver&voice=author", [0]),
    ],
)
def test_filters_narrow_the_list(client, world, query, which):
    assert shown(client, query) == [world[n].statement for n in which]


def test_article_filters_the_list(client, world):
    own = ClaimFactory(article=ArticleFactory(key="door"))

    assert shown(client, "?article=door") == [own.statement]


def test_choices_are_counted_as_if_only_their_own_filter_were_open(client, world):
    response = client.get("/claims/?topic=liver")

    assert options(response, "verdict") == [
        "Any verdict",
        "Supported (1)",
        "Contested (all) (1)",
        "Contested (conflicting) (1)",
    ]
    assert options(response, "topic") == ["Any topic", "Insulin action (1)", "Liver (2)"]
    assert options(response, "certainty") == [
        "Any certainty",
        "Moderate certainty (1)",
        "Certainty not rated (1)",
    ]
    assert options(response, "type") == [
        "Any type",
        "Causation (1)",
        "Mechanism (1)",
    ]
    assert options(response, "voice") == ["Anyone", "The author (1)", "Readers' comments (1)"]


def test_chosen_filters_can_be_taken_away_one_by_one(client, world):
    response = client.get("/claims/?topic=liver&q=insulin&verdict=supported")

    chips = page_of(response).xpath("//a[@class='chip']")
    assert [chip.get("href") for chip in chips] == [
        "/claims/?verdict=supported&topic=liver",
        "/claims/?q=insulin&topic=liver",
        "/claims/?q=insulin&verdict=supported",
    ]
    assert texts(response, "chip") == [
        f"Words: insulin (take away){TIMES}",
        f"Verdict: Supported (take away){TIMES}",
        f"Topic: Liver (take away){TIMES}",
    ]


def test_last_filter_leads_back_to_the_whole_list(client, world):
    (chip,) = page_of(client.get("/claims/?topic=liver")).xpath("//a[@class='chip']")

    assert chip.get("href") == "/claims/"


def test_empty_list_says_what_to_do(client, world):
    response = client.get("/claims/?q=zebra&voice=author")

    assert texts(response, "empty") == [
        "No claim passes these filters. Take one of them away, or try fewer words: each word must "
        "occur in the claim. Search papers and trials for “zebra” instead, or see all claims."
    ]
    assert options(response, "voice") == ["Anyone", "The author (0)"]


def test_value_that_is_no_choice_is_left_out_and_named(client, world):
    response = client.get("/claims/?verdict=true&type=rumour")

    assert texts(response, "notice")[1] == "Left out, because it is no choice here: true, rumour."
    assert len(texts(response, "statement")) == 3


@pytest.mark.parametrize("query", ["?q=%00insulin", "?topic=li%00ver", "?article=%00", "?page=%00"])
def test_nul_is_no_reason_to_fall_over(client, world, query):
    assert client.get(f"/claims/{query}").status_code == 200


def test_long_list_comes_in_pages_that_keep_the_filters(client):
    ClaimFactory.create_batch(27, claim_type="harm")

    first = client.get("/claims/?type=harm")
    second = client.get("/claims/?type=harm&page=2")

    assert texts(first, "count") == ["27 claims, 1 to 25"]
    assert texts(second, "count") == ["27 claims, 26 to 27"]
    assert page_of(first).xpath("//a[@rel='next']/@href") == ["?type=harm&page=2"]
    assert page_of(second).xpath("//a[@rel='prev']/@href") == ["?type=harm&page=1"]


@pytest.mark.parametrize(("page", "count"), [("0", 2), ("-1", 2), ("99", 2), ("x", 25)])
def test_page_that_makes_no_sense_is_the_nearest(client, page, count):
    ClaimFactory.create_batch(27)

    assert len(shown(client, f"?page={page}")) == count


@pytest.mark.parametrize("claims", [1, 3])
def test_list_takes_the_same_queries_for_any_claims(client, claims, django_assert_num_queries):
    for whole in ClaimFactory.create_batch(claims, topics=["liver"]):
        VerdictFactory(claim=ClaimFactory(parent=whole))

    with django_assert_num_queries(8):
        client.get("/claims/")
