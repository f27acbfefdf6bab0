import pytest
from django.urls import reverse

from tests import factories
from tests.desk import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True)
    client.force_login(user)
    return user


def concerns(client):
    return {
        c["label"]: (c["number"], c["url"])
        for c in client.get(reverse("admin:index")).context["concerns"]
    }


def make_concerns(number):
    factories.VerdictFactory.create_batch(number, stale=True, approved=True)
    for _ in range(number):
        factories.IdentityConflictFactory(publication=factories.PublicationFactory())
    factories.PublicationFactory.create_batch(number, mismatched=True)
    factories.RegistrationChangeFactory.create_batch(number)
    factories.FetchRequestFactory.create_batch(number, failed=True)
    factories.EvidenceItemFactory.create_batch(number)
    factories.VerdictFactory.create_batch(number)


def test_front_page_counts_what_needs_attention(client, root):
    make_concerns(2)

    assert {label: number for label, (number, _) in concerns(client).items()} == {
        "Verdicts that have gone stale": 2,
        "Identity conflicts that nobody has settled": 2,
        "Publications that are another paper than expected": 2,
        "Registrations that have changed, not looked at yet": 2,
        "Fetches that failed": 2,
        "Evidence items without consensus": 2,
        "Verdicts that no editor has approved": 2,
    }


def test_each_count_is_the_length_of_the_list_it_links_to(client, root):
    make_concerns(2)
    factories.VerdictFactory.create_batch(3, approved=True)
    factories.EvidenceItemFactory.create_batch(3, judged=True)
    again = factories.FetchRequestFactory(failed=True)
    factories.FetchRequestFactory(identifier=again.identifier)

    listed = {
        label: client.get(url).context["cl"].result_count
        for label, (_, url) in concerns(client).items()
    }

    assert listed == {label: number for label, (number, _) in concerns(client).items()}


@pytest.mark.parametrize("number", [1, 3])
def test_front_page_takes_as_many_queries_for_one_of_each_as_for_three(
    client, root, django_assert_num_queries, number
):
    make_concerns(number)

    client.get(reverse("admin:index"))  # what Django looks up once a process is looked up now

    with django_assert_num_queries(10):
        client.get(reverse("admin:index"))


def test_front_page_groups_models_by_what_they_are_for(client, root):
    groups = client.get(reverse("admin:index")).context["app_list"]

    assert [group["name"] for group in groups] == [
        "Claims",
        "Evidence",
        "Verdicts",
        "Publications and trials",
        "Fetching",
        "Texts and data sets",
        "People",
        "History",
    ]
    assert {model["model"].__name__ for model in groups[-1]["models"]} == {
        "AssessmentEvent",
        "CitationEvent",
        "ClaimAnchorEvent",
        "ClaimEvent",
        "ClaimRelationEvent",
        "ConsensusEvent",
        "EvidenceItemEvent",
        "IdentityConflictEvent",
        "PublicationEvent",
        "QuoteEvent",
        "RegistrationChangeEvent",
        "SearchRecordEvent",
        "VerdictEvent",
    }


def test_one_apps_own_page_lists_its_models(client, root):
    [group] = client.get(reverse("admin:app_list", args=["sources"])).context["app_list"]

    assert group["app_label"] == "sources"


def test_front_page_shows_a_reviewer_what_a_reviewer_may_see(client):
    client.force_login(person("reviewer", "ann"))

    response = client.get(reverse("admin:index"))

    names = [group["name"] for group in response.context["app_list"]]
    assert "People" not in names
    assert "Claims" in names


def test_account_without_a_group_is_told_so(client):
    client.force_login(factories.UserFactory(is_staff=True))

    response = client.get(reverse("admin:index"))

    assert response.context["concerns"] == []
    assert "An administrator can put you into the group" in response.content.decode()


@pytest.mark.parametrize("path", ["", "claims/claim/", "claims/verdict/", "sources/fetchrequest/"])
def test_desk_is_closed_to_readers(client, path):
    response = client.get(f"/admin/{path}")

    assert response.url == f"/admin/login/?next=/admin/{path}"


def test_pages_carry_no_inline_script_or_style(client, root):
    """The policy "default-src 'self'" would keep a browser from running them."""
    claim = factories.EvidenceItemFactory(judged=True).claim

    for path in (
        "",
        "claims/claim/",
        f"claims/claim/{claim.pk}/change/",
        f"claims/claim/{claim.pk}/rate-certainty/",
    ):
        response = client.get(f"/admin/{path}")
        page = response.content.decode()
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert ("<style" in page, " style=" in page, "<script>" in page, " onclick=" in page) == (
            False,
        ) * 4
