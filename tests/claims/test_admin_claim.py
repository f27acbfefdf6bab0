from datetime import date

import pytest

from claims.models import Claim, EvidenceItem
from sources.models import FetchRequest, Publication, Trial
from tests import factories
from tests.desk import add_url, errors_in, list_url, messages_in, save, tools_on, url_of, values_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True, username="root")
    client.force_login(user)
    return user


def new_evidence(**values):
    """Return what the form of a claim sends besides, for one more row of evidence."""
    row = {"publication": "", "trial": "", "finding": "", "origin": "found_by_reviewer", **values}
    return {"evidence-TOTAL_FORMS": "1", **{f"evidence-0-{name}": v for name, v in row.items()}}


def test_new_claim_is_a_draft_at_the_end_of_its_article(client, root):
    first = factories.ClaimFactory(position=7)

    response = save(
        client,
        add_url(Claim),
        article=str(first.article.pk),
        key="insulin-lowers-glucose",
        statement="Insulin lowers blood glucose.",
        claim_type="mechanism",
    )

    claim = Claim.objects.get(key="insulin-lowers-glucose")
    assert response.status_code == 302
    assert (claim.state, claim.position, claim.article) == ("draft", 8, first.article)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("key", "claim-taken", "Claim with this Key already exists."),
        (
            "key",
            "Not Kebab",
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        ("key", "not_kebab", "A key is written in kebab-case: a-z, 0-9 and single dashes."),
        (
            "statement",
            "No full stop",
            "A statement is one sentence of at most 300 characters that ends with a full stop.",
        ),
        ("claim_type", "value", "A value claim is never checkable."),
        ("is_core", "true", "Core and essential are said of parts, and of each part."),
    ],
)
def test_illegal_claim_is_refused_with_words(client, root, field, value, error):
    factories.ClaimFactory(key="claim-taken")
    values = {
        "article": str(factories.ArticleFactory().pk),
        "key": "fine",
        "statement": "Insulin lowers blood glucose.",
        "claim_type": "mechanism",
    }

    response = save(client, add_url(Claim), **(values | {field: value}))

    assert errors_in(response) == [error]
    assert Claim.objects.count() == 1


def test_part_of_a_claim_with_evidence_is_refused(client, root):
    whole = factories.EvidenceItemFactory().claim

    response = save(
        client,
        add_url(Claim),
        article=str(whole.article.pk),
        key="a-part",
        statement="A part.",
        claim_type="mechanism",
        parent=str(whole.pk),
        is_core="true",
        is_essential="true",
    )

    assert errors_in(response) == [f"{whole.public_id} has evidence; a compound claim has none."]


def test_change_is_kept_with_who_and_why(client, root):
    claim = factories.ClaimFactory(statement="Insulin lowers glucose.")

    response = save(
        client, url_of(claim), statement="Insulin lowers blood glucose.", why="Say which glucose"
    )

    [change, created] = client.get(url_of(claim, "history")).context["changes"]
    assert response.status_code == 302
    assert (change.what, change.who, change.why) == ("changed", "root", "Say which glucose")
    assert [(d.field, d.before, d.after) for d in change.differences] == [
        ("statement", "Insulin lowers glucose.", "Insulin lowers blood glucose.")
    ]
    assert created.what == "created"


def test_untouched_claim_is_not_written(client, root):
    claim = factories.ClaimFactory()

    save(client, url_of(claim))

    assert Claim.objects.get().updated_at == claim.updated_at


def test_second_of_two_who_save_is_told_and_keeps_the_input(client, root):
    claim = factories.ClaimFactory(statement="Old words.", note="")
    opened = values_in(client.get(url_of(claim)))
    save(client, url_of(claim), statement="Words of the first.")

    response = client.post(
        url_of(claim), opened | {"statement": "Words of the second.", "note": "Mine."}
    )

    kept = values_in(response)
    assert errors_in(response) == [
        "This claim was changed since you opened it.",
        "root changed statement from “Old words.” to “Words of the first.”.",
        "What you typed is kept below. Save again to put it in place of the above.",
    ]
    assert (kept["statement"], kept["note"]) == ("Words of the second.", "Mine.")
    assert Claim.objects.get().statement == "Words of the first."


def test_second_of_two_who_save_may_save_again(client, root):
    claim = factories.ClaimFactory(statement="Old words.")
    opened = values_in(client.get(url_of(claim)))
    save(client, url_of(claim), statement="Words of the first.")
    refused = client.post(url_of(claim), opened | {"statement": "Words of the second."})

    response = client.post(url_of(claim), values_in(refused))

    assert response.status_code == 302
    assert Claim.objects.get().statement == "Words of the second."


@pytest.mark.parametrize("opened_at", ["", "yesterday", "2026-01-01T00:00:00"])
def test_form_that_does_not_say_when_it_was_opened_is_not_saved(client, root, opened_at):
    claim = factories.ClaimFactory(statement="Old words.")

    response = save(client, url_of(claim), statement="New words.", opened_at=opened_at)

    assert errors_in(response)[0] == "This claim was changed since you opened it."
    assert Claim.objects.get().statement == "Old words."


def test_evidence_by_a_stored_publication_is_tied(client, root):
    claim, paper = factories.ClaimFactory(), factories.PublicationFactory()

    response = save(
        client, url_of(claim), **new_evidence(publication=str(paper.pk), finding="less glucose")
    )

    item = EvidenceItem.objects.get()
    assert response.status_code == 302
    assert (item.claim, item.publication, item.finding, item.added_by) == (
        claim,
        paper,
        "less glucose",
        root,
    )
    assert not FetchRequest.objects.exists()


def test_evidence_by_a_new_pmid_makes_it_known_and_queues_its_fetch(client, root):
    claim = factories.ClaimFactory()

    save(client, url_of(claim), **new_evidence(publication="new:12345678", finding="less glucose"))

    item = EvidenceItem.objects.get()
    wish = FetchRequest.objects.get()
    assert item.publication.pmid == "12345678"
    assert (wish.service, wish.identifier, wish.state, wish.requested_by) == (
        "pubmed",
        "12345678",
        "queued",
        root,
    )


def test_evidence_by_a_new_trial_makes_it_known_and_queues_its_fetch(client, root):
    claim = factories.ClaimFactory()

    save(client, url_of(claim), **new_evidence(trial="new:NCT00790205", finding="no fewer deaths"))

    wish = FetchRequest.objects.get()
    assert EvidenceItem.objects.get().trial.registry_id == "NCT00790205"
    assert (wish.service, wish.identifier) == ("clinicaltrials", "NCT00790205")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (
            {"publication": "new:0123"},
            "'0123' is neither a PMID (1 to 9 digits, no leading zero), nor a DOI (10.1000/xyz), nor a PMCID (PMC and digits).",
        ),
        (
            {"trial": "new:NCT123"},
            "'NCT123' is not a trial's registry number: expected one of NCT and 8 digits, ISRCTN and 8 digits, ACTRN and 14 digits, DRKS and 8 digits",
        ),
        (
            {"publication": "abc"},
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ({}, "Name a publication or a trial, not both."),
        (
            {"publication": "new:12345678", "trial": "new:NCT00790205"},
            "Name a publication or a trial, not both.",
        ),
    ],
)
def test_illegal_source_is_refused_and_nothing_is_written(client, root, values, error):
    claim = factories.ClaimFactory()

    response = save(client, url_of(claim), **new_evidence(finding="less glucose", **values))

    assert errors_in(response) == [error]
    assert not Publication.objects.exists()
    assert not Trial.objects.exists()
    assert not EvidenceItem.objects.exists()


def test_new_number_stays_chosen_when_the_form_is_refused(client, root):
    claim = factories.ClaimFactory()

    response = save(client, url_of(claim), **new_evidence(publication="new:12345678"))

    assert errors_in(response) == ["This field is required."]
    assert values_in(response)["evidence-0-publication"] == "new:12345678"


def test_same_finding_of_the_same_source_is_refused(client, root):
    item = factories.EvidenceItemFactory(finding="less glucose")
    row = new_evidence(publication=str(item.publication.pk), finding="less glucose")
    rows = {name.replace("-0-", "-1-"): value for name, value in row.items()}

    response = save(client, url_of(item.claim), **(rows | {"evidence-TOTAL_FORMS": "2"}))

    assert errors_in(response) == ["This finding of this source is tied to the claim already."]


def test_evidence_on_a_compound_claim_is_refused(client, root):
    whole = factories.ClaimFactory()
    factories.ClaimFactory(parent=whole)

    response = save(
        client, url_of(whole), **new_evidence(publication="new:12345678", finding="less glucose")
    )

    assert errors_in(response) == [
        f"{whole.public_id} is a compound claim; tie the evidence to one of its parts."
    ]
    assert not Publication.objects.exists()


def test_claim_is_withdrawn_with_a_reason_and_put_back(client, root):
    claim = factories.ClaimFactory()

    refused = save(client, url_of(claim, "withdraw"), why="")
    withdrawn = client.post(url_of(claim, "withdraw"), {"why": "It is said twice."}, follow=True)
    state = Claim.objects.get().state
    put_back = client.post(url_of(claim, "put-in-review"), follow=True)

    assert errors_in(refused) == ["This field is required."]
    assert (messages_in(withdrawn), state) == ([f"{claim.public_id} is withdrawn."], "withdrawn")
    assert messages_in(put_back) == [f"{claim.public_id} is in review, and readers see it."]
    assert Claim.objects.get().state == "in_review"


def test_certainty_is_rated_domain_by_domain(client, root):
    item = factories.EvidenceItemFactory(judged=True)

    response = save(
        client,
        url_of(item.claim, "rate-certainty"),
        start_level="4",
        risk_of_bias="-1",
        risk_of_bias_reason="Half were not blinded.",
        imprecision="-1",
        imprecision_reason="Forty people.",
        summary="Insulin may do it.",
    )

    verdict = item.claim.verdicts.get()
    assert response.status_code == 302
    assert (verdict.certainty, verdict.framework, verdict.start_level) == ("low", "grade", 4)
    assert {name: step for name, step in verdict.domains.items() if step} == {
        "risk_of_bias": -1,
        "imprecision": -1,
    }
    assert verdict.domain_reasons == {
        "risk_of_bias": "Half were not blinded.",
        "imprecision": "Forty people.",
    }


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (
            {"imprecision": "-4", "imprecision_reason": "Few."},
            "Ensure this value is greater than or equal to -3.",
        ),
        (
            {"large_effect": "3", "large_effect_reason": "Big."},
            "Ensure this value is less than or equal to 2.",
        ),
        (
            {"imprecision": "1", "imprecision_reason": "?"},
            "Ensure this value is less than or equal to 0.",
        ),
        ({"start_level": "5"}, "Select a valid choice. 5 is not one of the available choices."),
        ({"imprecision": ""}, "This field is required."),
        ({"imprecision": "-1"}, "Say why the certainty is moved by this."),
        ({"summary": ""}, "This field is required."),
    ],
)
def test_illegal_rating_is_refused(client, root, values, error):
    item = factories.EvidenceItemFactory(judged=True)

    response = save(
        client, url_of(item.claim, "rate-certainty"), **({"summary": "It may."} | values)
    )

    assert errors_in(response) == [error]
    assert not item.claim.verdicts.exists()


def test_rating_form_shows_what_the_present_rating_adds_up_to(client, root):
    verdict = factories.VerdictFactory(rated=True)

    form = client.get(url_of(verdict.claim, "rate-certainty")).context["form"]

    assert form.resulting() == "Moderate"
    assert form["risk_of_bias"].value() == -1


def test_certainty_of_a_compound_claim_is_not_rated(client, root):
    whole = factories.ClaimFactory()
    factories.ClaimFactory(parent=whole)

    assert client.get(url_of(whole, "rate-certainty")).status_code == 403
    assert "Rate certainty" not in tools_on(client.get(url_of(whole)))


@pytest.mark.parametrize("term", ["CLM-{}", "clm-{} "])
def test_claim_is_found_by_its_public_id(client, root, term):
    _, claim, _ = factories.ClaimFactory.create_batch(3)

    response = client.get(list_url(Claim), {"q": term.format(claim.pk)})

    assert list(response.context["cl"].queryset) == [claim]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"judged": "supported"}, ["judged"]),
        ({"judged": "none"}, ["bare", "part", "whole"]),
        ({"topic": "leeches"}, ["bare"]),
        ({"place": "compound"}, ["whole"]),
        ({"place": "part"}, ["part"]),
        ({"place": "leaf"}, ["bare", "judged", "part"]),
        ({"state": "published"}, ["judged"]),
    ],
)
def test_claims_are_filtered(client, root, filters, found):
    factories.ClaimFactory(key="bare", topics=["leeches"])
    factories.ClaimFactory(key="part", parent=factories.ClaimFactory(key="whole"))
    factories.VerdictFactory(supported=True, claim__key="judged", claim__published=True)

    response = client.get(list_url(Claim), filters)

    assert sorted(claim.key for claim in response.context["cl"].queryset) == found


@pytest.mark.parametrize("number", [1, 3])
def test_claim_page_takes_as_many_queries_for_one_item_as_for_three(
    client, root, django_assert_num_queries, number
):
    claim = factories.VerdictFactory().claim
    factories.EvidenceItemFactory.create_batch(number, claim=claim, judged=True)
    factories.EvidenceItemFactory.create_batch(number, claim=claim, of_trial=True)
    factories.CitationFactory.create_batch(number, claim=claim, resolved=True)
    factories.SearchRecordFactory.create_batch(number, claim=claim, run_on=date(2026, 1, 1))

    client.get(url_of(claim))  # what Django looks up once a process is looked up now

    with django_assert_num_queries(12):
        response = client.get(url_of(claim))

    assert response.content.decode().count("Assess EVI-") == 2 * number


def test_newer_proposal_that_waits_is_shown_on_the_claim(client, root):
    shown = factories.VerdictFactory(supported=True, approved=True)
    waiting = factories.VerdictFactory(claim=shown.claim, version=2, is_current=False, partly=True)

    page = client.get(url_of(shown.claim)).content.decode()

    assert f"{shown.public_id}: see why" in page
    assert f"A newer proposal waits for an editor: {waiting.label}" in page
