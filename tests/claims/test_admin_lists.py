import pytest
from django.apps import apps
from django.contrib import admin

from sources.admin.history import tracked_by
from sources.models import (
    FetchBatchEntry,
    FetchRequest,
    Publication,
    RateBudget,
    RegistrationAlias,
)
from tests import factories
from tests.desk import add_url, list_url, url_of

pytestmark = pytest.mark.django_db

#: Queries of each list page: session, user, counts, dates, filters and rows. The same for any number of rows.
QUERIES = {
    "auth.Group": 5,
    "auth.User": 6,
    "claims.Article": 10,
    "claims.ArticleImport": 8,
    "claims.ArticleSnapshot": 8,
    "claims.Assessment": 7,
    "claims.Citation": 8,
    "claims.Claim": 10,
    "claims.ClaimAnchor": 7,
    "claims.ClaimRelation": 6,
    "claims.Consensus": 7,
    "claims.DatasetEntry": 9,
    "claims.EvidenceItem": 7,
    "claims.Quote": 7,
    "claims.SearchRecord": 8,
    "claims.Verdict": 9,
    "sources.FetchAttempt": 8,
    "sources.BadRecord": 5,
    "sources.DeletedPMID": 7,
    "sources.FetchBatch": 7,
    "sources.FetchRequest": 10,
    "sources.FileImport": 7,
    "sources.Inclusion": 5,
    "sources.IntegrityNotice": 7,
    "sources.Payload": 7,
    "sources.Publication": 7,
    "sources.RateBudget": 6,
    "sources.Report": 5,
    "sources.Trial": 8,
    "sources.TrialDigest": 6,
    "sources.TrialResult": 6,
    "sources.IdentityConflict": 7,
    "sources.RegistrationChange": 7,
}
HISTORY_QUERIES = 8
READ_ONLY = {
    "claims.ArticleImport",
    "claims.ArticleSnapshot",
    "claims.Assessment",
    "claims.ClaimAnchor",
    "claims.Consensus",
    "claims.DatasetEntry",
    "claims.Quote",
    "claims.Verdict",
    "sources.BadRecord",
    "sources.DeletedPMID",
    "sources.FetchAttempt",
    "sources.FetchBatch",
    "sources.FetchRequest",
    "sources.FileImport",
    "sources.IdentityConflict",
    "sources.IntegrityNotice",
    "sources.Payload",
    "sources.RateBudget",
    "sources.TrialDigest",
    "sources.TrialResult",
}
LABELS = sorted(model._meta.label for model in admin.site._registry)
READ_ONLY |= {label for label in LABELS if label.endswith("Event")}
#: Links between sources say nothing but that they are there, and may be taken back.
MAY_BE_DELETED = {"auth.Group", "auth.User", "sources.Inclusion", "sources.Report"}
WRITABLE = {*LABELS} - READ_ONLY - MAY_BE_DELETED


def rows(model, number):
    """Make this many rows of a model, in the ordinary way."""
    tracked = tracked_by(model)
    if tracked is Publication:
        # Only a change of a publication is history, not its arrival.
        for publication in factories.PublicationFactory.create_batch(number):
            Publication.objects.filter(pk=publication.pk).update(title="Changed")
    elif tracked is not None:
        rows(tracked, number)
    elif model is RateBudget:
        for service in ("pubmed", "clinicaltrials", "crossref")[:number]:
            factories.RateBudgetFactory(service=service)
    elif model._meta.label == "auth.Group":
        model.objects.bulk_create(model(name=f"group {n}") for n in range(number))
    else:
        getattr(factories, f"{model.__name__}Factory").create_batch(number)


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True)
    client.force_login(user)
    return user


def test_every_model_of_ours_is_on_the_desk():
    ours = {m for label in ("claims", "sources") for m in apps.get_app_config(label).get_models()}
    ours -= {FetchBatchEntry, RegistrationAlias}  # seen on the page of what they belong to

    assert ours - set(admin.site._registry) == set()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("label", LABELS)
def test_list_takes_as_many_queries_for_one_row_as_for_three(
    client, root, django_assert_num_queries, label, number
):
    model = apps.get_model(label)
    rows(model, number)

    client.get(list_url(model))  # what Django looks up once a process is looked up now

    with django_assert_num_queries(QUERIES.get(label, HISTORY_QUERIES)):
        response = client.get(list_url(model))

    assert response.context["cl"].result_count >= number


@pytest.mark.parametrize("label", LABELS)
def test_record_its_history_and_a_search_for_anything_open(client, root, label):
    model = apps.get_model(label)
    rows(model, 1)
    record = model._default_manager.order_by("pk").last()

    pages = [
        client.get(url_of(record)),
        client.get(url_of(record, "history")),
        client.get(list_url(model), {"q": "insulin 12 NCT00000000 ' %"}),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]


@pytest.mark.parametrize("label", sorted(READ_ONLY))
def test_read_only_models_are_neither_added_nor_changed_nor_deleted(client, root, label):
    model = apps.get_model(label)
    rows(model, 1)
    record = model._default_manager.order_by("pk").last()

    answers = [
        client.post(add_url(model)),
        client.post(url_of(record)),
        client.post(url_of(record, "delete"), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize("label", sorted(WRITABLE))
def test_nothing_that_is_written_here_is_deleted(client, root, label):
    model = apps.get_model(label)
    rows(model, 1)
    record = model._default_manager.order_by("pk").last()

    response = client.post(url_of(record, "delete"), {"post": "yes"})

    assert response.status_code == 403
    assert model._default_manager.filter(pk=record.pk).exists()


def test_list_of_unknown_filter_value_is_no_server_error(client, root):
    factories.ClaimFactory()

    response = client.get(
        list_url(apps.get_model("claims.Claim")), {"place": "x", "judged": "x", "topic": "x"}
    )

    assert response.status_code == 200


def test_ledger_is_summed_up_on_top_of_its_list(client, root):
    factories.FetchRequestFactory.create_batch(2)
    factories.FetchRequestFactory(failed=True)

    summary = client.get(list_url(FetchRequest)).context["summary"]

    assert [(line["service"].value, [n for _, n in line["states"]]) for line in summary] == [
        ("pubmed", [2, 0, 0, 0, 1]),
        ("clinicaltrials", [0, 0, 0, 0, 0]),
        ("crossref", [0, 0, 0, 0, 0]),
        ("isrctn", [0, 0, 0, 0, 0]),
    ]
