import pytest

from claims.models import Article, ClaimRelation, SearchRecord
from sources.models import FetchRequest
from tests import factories
from tests.desk import add_url, errors_in, save, url_of, values_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True, username="root")
    client.force_login(user)
    return user


def test_article_is_added_and_changed(client, root):
    save(
        client,
        add_url(Article),
        key="new",
        title="New",
        authors="Smith, J.\nLi, W.\n",
        reviewers_required="2",
    )
    save(client, url_of(Article.objects.get()), title="Newer", url="example.org/new")

    article = Article.objects.get()
    assert (article.title, article.authors, article.reviewers_required, article.url) == (
        "Newer",
        ["Smith, J.", "Li, W."],
        2,
        "https://example.org/new",
    )


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"reviewers_required": "0"}, "Between 1 and 9 reviewers must agree."),
        ({"published_on": "2016-05-03"}, "Give the date and how precise it is, or neither."),
        ({"key": "taken"}, "Article with this Key already exists."),
    ],
)
def test_illegal_article_is_refused(client, root, values, error):
    factories.ArticleFactory(key="taken")

    response = save(
        client, add_url(Article), **({"key": "new", "title": "New", "authors": "Li, W."} | values)
    )

    assert errors_in(response) == [error]
    assert Article.objects.count() == 1


def test_citation_is_resolved_to_a_paper_that_is_not_stored_yet(client, root):
    citation = factories.CitationFactory()

    save(
        client,
        url_of(citation),
        publication="new:12345678",
        resolution="resolved",
        accuracy="minor_error",
        note="The paper says ten years.",
    )

    citation.refresh_from_db()
    assert (citation.publication.pmid, citation.resolution, citation.accuracy) == (
        "12345678",
        "resolved",
        "minor_error",
    )
    assert FetchRequest.objects.get().identifier == "12345678"


@pytest.mark.parametrize(
    "values",
    [{"publication": "new:12345678"}, {"resolution": "resolved"}],
)
def test_half_resolved_citation_is_refused_and_its_paper_not_stored(client, root, values):
    response = save(client, url_of(factories.CitationFactory()), **values)

    assert errors_in(response) == [
        "A resolved citation names its trial or publication; an unresolved one cannot."
    ]
    assert not FetchRequest.objects.exists()


@pytest.mark.parametrize("accuracy", ["accurate", "minor_error", "major_error", "not_checkable"])
def test_citation_is_not_judged_without_a_note(client, root, accuracy):
    citation = factories.CitationFactory()

    response = save(client, url_of(citation), accuracy=accuracy)

    assert errors_in(response) == ["Say here what the source says, and how the article differs."]
    assert values_in(response)["accuracy"] == accuracy
    citation.refresh_from_db()
    assert citation.accuracy == ""


def test_what_the_public_sees_of_a_text_is_set_on_the_desk(client, root):
    article = factories.ArticleFactory()

    save(client, url_of(article), text_visibility="full")

    article.refresh_from_db()
    assert article.text_visibility == "full"


def test_relation_is_drawn_once(client, root):
    source, target = factories.ClaimFactory.create_batch(2)
    values = {"source": str(source.pk), "target": str(target.pk), "type": "depends_on"}

    first = save(client, add_url(ClaimRelation), **values)
    second = save(client, add_url(ClaimRelation), **values)

    assert (first.status_code, errors_in(second)) == (
        302,
        ["Claim relation with this Source and Target already exists."],
    )
    assert str(ClaimRelation.objects.get()) == f"{source.public_id} depends on {target.public_id}"


def test_what_only_the_database_refuses_is_an_error_of_the_form(client, root, monkeypatch):
    """As when a second person was faster between the check and the write."""
    known = factories.ClaimRelationFactory()
    other = factories.ClaimFactory()

    def write_unchecked(relation, **said):
        ClaimRelation.objects.create(source=known.source, target=known.target, type="restates")

    monkeypatch.setattr("claims.admin.relation.keep", write_unchecked)
    values = {"source": str(other.pk), "target": str(known.target.pk), "type": "depends_on"}
    response = save(client, add_url(ClaimRelation), **values)

    assert response.status_code == 200
    assert errors_in(response) == [
        "Refused by the rule “relation once”. "
        f"Key (source_id, target_id)=({known.source.pk}, {known.target.pk}) already exists."
    ]
    assert values_in(response)["source"] == str(other.pk)


def test_search_is_recorded_in_ones_own_name_and_the_verdict_follows(client, root):
    claim = factories.ClaimFactory()

    save(
        client,
        add_url(SearchRecord),
        claim=str(claim.pk),
        database="PubMed",
        query="insulin AND leeches",
        run_on="2099-01-01",
        hits="3",
        included="0",
    )

    assert SearchRecord.objects.get().recorded_by == root
    assert [verdict.rule for verdict in claim.verdicts.all()] == ["V2"]


def test_search_that_includes_more_than_it_found_is_refused(client, root):
    response = save(
        client,
        add_url(SearchRecord),
        claim=str(factories.ClaimFactory().pk),
        database="PubMed",
        query="insulin",
        run_on="2026-01-01",
        hits="1",
        included="2",
    )

    assert errors_in(response) == ["A search cannot include more than it found."]


def test_history_of_what_is_not_tracked_is_the_desks_own_log(client, root):
    save(client, add_url(Article), key="new", title="New", authors="Li, W.")

    [entry] = client.get(url_of(Article.objects.get(), "history")).context["action_list"]

    assert (entry.user, entry.get_change_message()) == (root, "Added.")
