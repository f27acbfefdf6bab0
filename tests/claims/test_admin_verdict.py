import pytest
from lxml import html

from claims.actions.verdicts import derive_verdicts
from claims.models import Claim, Verdict
from tests import factories
from tests.desk import errors_in, list_url, messages_in, person, tools_on, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve(client):
    user = person("editor", "eve")
    client.force_login(user)
    return user


def derived(claim, by=None):
    [change] = derive_verdicts([claim], by=by or factories.UserFactory(), now=factories.NOW)
    return change.after


def table(response, caption):
    """Return the cells of the table with this caption, row by row."""
    page = html.fromstring(response.content.decode())
    [found] = [
        t for t in page.xpath("//table[caption]") if t.findtext("caption").strip() == caption
    ]
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
        for row in found.xpath("tbody/tr")
    ]


def test_page_reads_the_trace_of_a_claim(client, eve):
    claim = factories.ClaimFactory()
    counted = factories.EvidenceItemFactory(
        claim=claim, judged=True, publication__title="Sound trial"
    )
    awaited = factories.EvidenceItemFactory(claim=claim, of_trial=True, trial__acronym="TECOS")

    response = client.get(url_of(derived(claim)))

    assert response.context["trace"].rule == "V5"
    assert table(response, "Independent studies that count") == [
        ["Decisive", "1", "0"],
        ["of these, of the claim's own scope", "1", "0"],
        ["Contributory", "0", "0"],
    ]
    assert table(response, "Evidence items, and why each counts or does not") == [
        [
            counted.key,
            str(counted.publication),
            "Supports",
            "Randomised trial, risk of bias low",
            "Direct, scope matches",
            "Decisive, for",
            "It bears directly on the claim and can decide it.",
        ],
        [
            awaited.key,
            str(awaited.trial),
            "-",
            "-",
            "-",
            "No",
            "The reviewers have not yet agreed on it.",
        ],
    ]
    assert [row.facts["without"] for row in response.context["trace"].pillars] == ["Unassessed"]


def test_page_tells_of_a_study_that_disagrees_with_itself(client, eve):
    claim, paper = factories.ClaimFactory(), factories.PublicationFactory()
    factories.EvidenceItemFactory(claim=claim, publication=paper, judged=True)
    factories.EvidenceItemFactory(
        claim=claim, publication=paper, judged=True, judged__stance="contradicts"
    )

    response = client.get(url_of(derived(claim)))

    assert response.context["trace"].flags == [
        "One study has findings on both sides; it was counted for neither."
    ]


def test_page_reads_the_parts_of_a_compound_claim(client, eve):
    whole = factories.ClaimFactory()
    part = factories.ClaimFactory(parent=whole, is_core=True)
    factories.EvidenceItemFactory(claim=part, judged=True)
    derive_verdicts([whole], by=factories.UserFactory(), now=factories.NOW)

    response = client.get(url_of(whole.verdicts.get()))

    assert table(response, "Parts of the claim, from which its verdict follows") == [
        [str(part), "Core", "Supported", "Not rated"]
    ]


def test_page_adds_up_the_certainty(client, eve):
    verdict = factories.VerdictFactory(rated=True, domain_reasons={"risk_of_bias": "Not blinded."})

    response = client.get(url_of(verdict))

    rows = table(response, "Certainty: 4 - 1 = 3: moderate")
    assert rows[:2] == [["Risk of bias", "-1", "Not blinded."], ["Inconsistency", "0", "-"]]


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_as_many_queries_for_one_item_as_for_three(
    client, eve, django_assert_num_queries, number
):
    claim = factories.ClaimFactory()
    factories.EvidenceItemFactory.create_batch(number, claim=claim, judged=True)
    factories.EvidenceItemFactory.create_batch(number, claim=claim, of_trial=True, judged=True)
    verdict = derived(claim)

    client.get(url_of(verdict))  # what Django looks up once a process is looked up now

    with django_assert_num_queries(10):
        client.get(url_of(verdict))


def test_editor_approves_and_the_claim_is_published(client, eve):
    verdict = derived(factories.EvidenceItemFactory(judged=True).claim)

    response = client.post(url_of(verdict, "approve"), follow=True)

    verdict.refresh_from_db()
    assert messages_in(response) == [f"{verdict.public_id} is approved: Supported."]
    assert (verdict.approved_by, verdict.is_current) == (eve, True)
    assert Claim.objects.get().state == "published"
    assert "Approve" not in tools_on(client.get(url_of(verdict)))


def test_nobody_approves_a_verdict_of_their_own(client, eve):
    verdict = derived(factories.EvidenceItemFactory(judged=True).claim, by=eve)

    page = client.get(url_of(verdict))

    assert "Approve" not in tools_on(page)
    assert "You wrote this version" in page.content.decode()
    assert client.post(url_of(verdict, "approve")).status_code == 403


def test_version_that_is_not_the_newest_is_not_approved(client, eve):
    item = factories.EvidenceItemFactory(judged=True)
    old = derived(item.claim)
    factories.EvidenceItemFactory(claim=item.claim, judged=True, judged__stance="contradicts")
    new = derived(item.claim)

    response = client.post(url_of(old, "approve"))

    assert errors_in(response) == [f"{new.public_id} has taken the place of {old.public_id}."]
    assert not Verdict.objects.published().exists()


def test_reviewer_cannot_approve(client):
    client.force_login(person("reviewer", "ann"))
    verdict = derived(factories.EvidenceItemFactory(judged=True).claim)

    assert "Approve" not in tools_on(client.get(url_of(verdict)))
    assert client.post(url_of(verdict, "approve")).status_code == 403


def test_approving_takes_a_post(client, eve):
    verdict = derived(factories.EvidenceItemFactory(judged=True).claim)

    response = client.get(url_of(verdict, "approve"))

    assert response.status_code == 200
    assert not Verdict.objects.published().exists()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"approval": "awaited"}, ["new"]),
        ({"approval": "given"}, ["shown"]),
        ({"stale_since__isempty": "0"}, ["shown"]),
    ],
)
def test_verdicts_are_filtered(client, eve, filters, found):
    shown = factories.VerdictFactory(approved=True, stale=True, summary="shown")
    factories.VerdictFactory(claim=shown.claim, version=2, is_current=False, summary="older")
    factories.VerdictFactory(claim=shown.claim, version=3, is_current=False, summary="new")
    factories.VerdictFactory(claim__state="withdrawn", summary="withdrawn")

    rows = client.get(list_url(Verdict), filters).context["cl"].queryset

    assert [verdict.summary for verdict in rows] == found
