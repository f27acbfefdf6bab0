"""Batches at the desk: progress, what went wrong, and mending all of it at once."""

import pytest

from sources.models import FetchBatch, FetchRequest
from tests import factories
from tests.desk import list_url, messages_in, person, tools_on, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True, username="root")
    client.force_login(user)
    return user


@pytest.fixture
def batch():
    """A batch of one request that waits, one that failed and one that succeeded."""
    batch = factories.FetchBatchFactory(reason="a test of batches")
    failed = factories.FetchRequestFactory(failed=True)
    factories.FetchAttemptFactory(request=failed, outcome="server_error", error="503")
    for request in (
        failed,
        factories.FetchRequestFactory(attempts=1),
        factories.FetchRequestFactory(succeeded=True),
    ):
        batch.entries.create(request=request)
    return batch


def test_batches_are_listed_with_their_progress(client, root, batch):
    page = client.get(list_url(FetchBatch)).content.decode()

    assert "a test of batches" in page
    assert '<progress max="3" value="2">2 of 3</progress> 2 of 3' in page


def test_list_is_narrowed_to_what_is_under_way(client, root, batch):
    done = factories.FetchBatchFactory(reason="another, done")

    page = client.get(f"{list_url(FetchBatch)}?progress=live").content.decode()

    assert (batch.reason in page, done.reason in page) == (True, False)


def test_batch_page_tells_what_went_wrong_and_what_to_do(client, root, batch):
    page = client.get(url_of(batch)).content.decode()

    assert "<b>2 of 3 done</b>" in page
    assert "The service failed at answering." in page
    assert f'?batch={batch.pk}&amp;trouble=server_error">server error</a>' in page
    assert "Refresh the figures" in page


def test_finished_batch_is_not_to_be_refreshed(client, root):
    page = client.get(url_of(factories.FetchBatchFactory())).content.decode()

    assert 'data-finished="true"' in page
    assert "Refresh the figures" not in page


def test_progress_alone_is_a_part_of_the_page_that_nobody_keeps(client, root, batch):
    response = client.get(url_of(batch, "progress"))

    assert "no-store" in response["Cache-Control"]
    assert "2 of 3 done" in response.content.decode()
    assert "<html" not in response.content.decode()
    assert client.get("/admin/sources/fetchbatch/99/progress/").status_code == 404


def test_progress_is_for_those_who_may_see_it(client, batch):
    client.force_login(factories.UserFactory(is_staff=True))

    assert client.get(url_of(batch, "progress")).status_code == 403


def test_batch_is_retried_as_a_whole(client, root, batch):
    response = client.post(url_of(batch, "retry"), follow=True)

    assert messages_in(response) == ["2 will be asked for again."]
    states = FetchRequest.objects.filter(batches=batch).values_list("state", flat=True)
    assert sorted(states) == ["queued", "queued", "succeeded"]


def test_what_waits_in_a_batch_is_given_up(client, root, batch):
    response = client.post(url_of(batch, "give-up"), {"why": "Not needed."}, follow=True)

    assert messages_in(response) == ["1 request given up."]
    assert sorted(batch.requests.values_list("state", flat=True)) == [
        "failed",
        "failed",
        "succeeded",
    ]


def test_reviewer_who_may_only_look_mends_nothing(client, batch):
    looker = person("reviewer", "ann")
    looker.groups.clear()
    client.force_login(looker)

    assert client.post(url_of(batch, "retry")).status_code == 403


def test_reviewers_may_mend(client, batch):
    client.force_login(person("reviewer", "ann"))

    assert tools_on(client.get(url_of(batch))) == [
        "Retry what failed or waits",
        "Give up what waits",
    ]


@pytest.mark.parametrize(
    "query", ["trouble=server_error", "trouble=nonsense", "batch=1", "batch=x"]
)
def test_ledger_is_narrowed(client, root, batch, query):
    assert client.get(f"{list_url(FetchRequest)}?{query}").status_code in {200, 302}


def test_ledger_is_narrowed_to_a_batch_and_a_trouble(client, root, batch):
    factories.FetchRequestFactory(failed=True)

    response = client.get(f"{list_url(FetchRequest)}?batch={batch.pk}&trouble=server_error")

    assert [row.state for row in response.context["cl"].result_list] == ["failed"]
    assert response.context["cl"].result_count == 1


def test_request_page_says_what_the_error_means(client, root, batch):
    failed = batch.requests.get(state="failed")

    page = client.get(url_of(failed)).content.decode()

    assert "The service failed at answering." in page
    assert f">batch {batch.pk}: a test of batches</a>" in page


@pytest.mark.parametrize("size", [1, 3])
def test_list_of_batches_takes_the_same_queries(client, root, size, django_assert_max_num_queries):
    factories.FetchBatchFactory.create_batch(size)
    client.get(list_url(FetchBatch))

    with django_assert_max_num_queries(9):
        client.get(list_url(FetchBatch))


def test_import_shows_how_far_it_is(client, root):
    running = factories.FileImportFactory(new=3, bad=1, position=4000)

    page = client.get(url_of(running)).content.decode()
    alone = client.get(url_of(running, "progress")).content.decode()

    assert "<b>4 records read</b>, up to byte 4,000 of the unpacked file." in page
    assert 'data-finished="false" data-said="4 records read, 1 bad"' in alone
