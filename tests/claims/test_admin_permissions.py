"""What reviewers and editors may do at the desk; the groups come from a migration."""

import pytest
from django.apps import apps
from django.contrib import admin

from sources.models import Publication
from tests import factories
from tests.desk import add_url, list_url, person, tools_on, url_of

pytestmark = pytest.mark.django_db

OURS = sorted(
    model._meta.label
    for model in admin.site._registry
    if model._meta.app_label in {"claims", "sources"}
)
ADDED_BY_REVIEWERS = [
    "claims.Citation",
    "claims.Claim",
    "claims.ClaimRelation",
    "claims.EvidenceItem",
    "claims.SearchRecord",
    "sources.Inclusion",
    "sources.Publication",
    "sources.Report",
    "sources.Trial",
]
CHANGED_BY_REVIEWERS = [
    "claims.Citation",
    "claims.Claim",
    "claims.ClaimRelation",
    "claims.EvidenceItem",
]


def may(role, deed, rf):
    """Return the labels of the models of which someone in this group may do this."""
    request = rf.get("/")
    request.user = person(role, role)
    return [
        label
        for label in OURS
        if getattr(admin.site._registry[apps.get_model(label)], f"has_{deed}_permission")(request)
    ]


@pytest.mark.parametrize("role", ["reviewer", "editor"])
def test_reviewers_and_editors_may_read_everything(rf, role):
    assert may(role, "view", rf) == OURS


@pytest.mark.parametrize(
    ("role", "deed", "labels"),
    [
        ("reviewer", "add", ADDED_BY_REVIEWERS),
        ("editor", "add", sorted(["claims.Article", *ADDED_BY_REVIEWERS])),
        ("reviewer", "change", CHANGED_BY_REVIEWERS),
        ("editor", "change", sorted(["claims.Article", *CHANGED_BY_REVIEWERS])),
        ("reviewer", "delete", ["sources.Inclusion", "sources.Report"]),
        ("editor", "delete", ["sources.Inclusion", "sources.Report"]),
    ],
)
def test_models_that_a_role_may_write(rf, role, deed, labels):
    assert may(role, deed, rf) == labels


@pytest.mark.parametrize(
    ("role", "on_claim", "on_verdict", "on_publication", "on_request", "on_budget"),
    [
        (
            "reviewer",
            ["Split into parts", "Rate certainty", "Withdraw"],
            [],
            ["It is the right paper", "It is another paper", "Fetch again"],
            ["Retry now", "Give up"],
            [],
        ),
        (
            "editor",
            ["Split into parts", "Rate certainty", "Withdraw"],
            ["Approve"],
            ["It is the right paper", "It is another paper", "Fetch again"],
            ["Retry now", "Give up"],
            ["Change the rate", "Lift the pause"],
        ),
    ],
)
def test_buttons_that_a_role_has(
    client, role, on_claim, on_verdict, on_publication, on_request, on_budget
):
    client.force_login(person(role, role))
    verdict = factories.VerdictFactory()
    paused = factories.RateBudgetFactory(paused_until=factories.NOW, paused_reason="Blocked.")

    records = [
        verdict.claim,
        verdict,
        factories.PublicationFactory(mismatched=True),
        factories.FetchRequestFactory(),
        paused,
    ]

    assert [tools_on(client.get(url_of(record))) for record in records] == [
        on_claim,
        on_verdict,
        on_publication,
        on_request,
        on_budget,
    ]


def test_account_without_a_group_may_open_nothing(client):
    client.force_login(factories.UserFactory(is_staff=True))
    publication = factories.PublicationFactory()

    answers = [
        client.get(list_url(Publication)),
        client.get(add_url(Publication)),
        client.get(url_of(publication)),
        client.get(url_of(publication, "history")),
        client.post(url_of(publication, "fetch-again")),
        client.get(
            "/admin/autocomplete/?app_label=claims&model_name=evidenceitem&field_name=publication&term=1"
        ),
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
