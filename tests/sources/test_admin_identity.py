"""The desk for identity conflicts: seen, settled, and who may."""

import pytest

from sources.models import IdentityConflict
from tests import factories
from tests.desk import errors_in, list_url, messages_in, person, save, tools_on, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    user = person("reviewer", "ada")
    client.force_login(user)
    return user


def of_two():
    holder = factories.PublicationFactory(pmid="12", doi="10.5555/shared", title="Leeches")
    paper = factories.PublicationFactory(pmid="11", fetched=True, identity="in_conflict")
    return factories.IdentityConflictFactory(
        of_two=True, publication=paper, other_publication=holder
    )


def test_reviewer_settles_a_conflict_with_a_reason(client, ada):
    conflict = of_two()

    response = client.post(
        url_of(conflict, "settle"),
        {"resolution": "one_keep_this", "why": "same paper"},
        follow=True,
    )

    assert messages_in(response) == ["PMID 11: settled."]
    row = IdentityConflict.objects.get()
    assert (row.resolution, row.reason, row.resolved_by) == ("one_keep_this", "same paper", ada)
    assert tools_on(client.get(url_of(conflict))) == []


def test_each_choice_says_what_it_does(client, ada):
    page = client.get(url_of(of_two(), "settle"))

    labels = [label for _, label in page.context["form"].fields["resolution"].choices]
    assert labels == [
        "“10.5555/shared” stays with PMID 12; PMID 11 goes on without it.",
        "“10.5555/shared” belongs to PMID 11; PMID 12 loses it.",
        "They are one record: keep PMID 11. What is tied to PMID 12 (evidence, citations, links) "
        "moves to it, with the numbers that it lacks; PMID 12 stays readable and does not count "
        "any more.",
        "They are one record: keep PMID 12. What is tied to PMID 11 (evidence, citations, links) "
        "moves to it, with the numbers that it lacks; PMID 11 stays readable and does not count "
        "any more.",
        "They are different papers that share “10.5555/shared”: PMID 12 keeps it, both count.",
    ]


def of_trials():
    return factories.IdentityConflictFactory(of_trials=True, ours="NCT1", theirs="NCT2")


@pytest.mark.parametrize(
    "make",
    [
        of_two,
        of_trials,
        factories.IdentityConflictFactory,
        lambda: factories.IdentityConflictFactory(kind="other_doi", ours="10.5555/a"),
        lambda: factories.IdentityConflictFactory(kind="other_pmcid", ours="PMC1"),
    ],
)
def test_every_kind_has_its_page_and_a_sentence_for_each_choice(client, ada, make):
    conflict = make()

    page = client.get(url_of(conflict, "settle"))

    choices = page.context["form"].fields["resolution"].choices
    assert [value for value, _ in choices] == [each.value for each in conflict.choices]
    assert not any("{" in label for _, label in choices)
    assert client.get(url_of(conflict)).status_code == 200
    assert client.get(list_url(IdentityConflict)).status_code == 200


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"why": "because"}, "This field is required."),
        ({"resolution": "one_keep_this", "why": ""}, "This field is required."),
        (
            {"resolution": "gone", "why": "x"},
            "Select a valid choice. gone is not one of the available choices.",
        ),
    ],
)
def test_half_a_decision_is_refused(client, ada, given, error):
    conflict = of_two()

    response = client.post(url_of(conflict, "settle"), given)

    assert errors_in(response) == [error]
    assert IdentityConflict.objects.get().state == "open"


def test_refusal_of_the_action_is_the_forms_error(client, ada):
    conflict = of_two()
    type(conflict.other_publication).objects.filter(pmid="12").update(pmid=None)

    response = save(client, url_of(conflict, "settle"), resolution="take_theirs", why="x")

    assert errors_in(response) == [
        "doi:10.5555/shared has no other number and would be lost. If both are one record, say "
        "so and choose which one is kept."
    ]


def test_a_settled_conflict_cannot_be_settled_again(client, ada):
    conflict = factories.IdentityConflictFactory(resolved=True)

    response = client.post(url_of(conflict, "settle"), {"resolution": "different", "why": "x"})

    assert response.status_code == 403


def test_who_may_only_look_cannot_settle(client):
    user = factories.UserFactory(is_staff=True)
    client.force_login(user)
    conflict = of_two()

    pages = [client.get(url) for url in (url_of(conflict), url_of(conflict, "settle"))]

    assert [page.status_code for page in pages] == [403, 403]


def test_open_conflicts_stand_on_the_first_page_and_on_the_publications(client, ada):
    conflict = of_two()
    factories.IdentityConflictFactory(resolved=True)

    front = client.get("/admin/")
    pages = [
        client.get(url_of(each)) for each in (conflict.publication, conflict.other_publication)
    ]

    concern = next(c for c in front.context["concerns"] if "Identity" in c["label"])
    assert concern["number"] == 1
    assert client.get(concern["url"]).context["cl"].result_count == 1
    assert [url_of(conflict) in page.content.decode() for page in pages] == [True, True]
    assert tools_on(pages[0]) == ["Fetch again"]


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_takes_the_same_number_of_queries(
    client, ada, number, django_assert_max_num_queries
):
    for _ in range(number):
        factories.IdentityConflictFactory(
            kind="pmcid_of_two", other_publication=factories.PublicationFactory()
        )
    client.get(list_url(IdentityConflict))

    with django_assert_max_num_queries(9):
        client.get(list_url(IdentityConflict))
