"""Open citations are tied to the trial that their wording names, or to no single one."""

import pytest

from claims.actions.citing import resolve_citation
from claims.models import Citation
from tests.factories import NOW, CitationFactory, TrialFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def savor():
    return TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])


def resolved(citation):
    resolve_citation(citation, by=UserFactory(admin=True), now=NOW)
    citation.refresh_from_db()
    return citation.resolution, citation.trial


@pytest.mark.parametrize("raw", ["SAVIOR", "the savor trial", "as in SAVIOR and others"])
def test_a_wording_that_names_one_trial_is_resolved(savor, raw):
    assert resolved(CitationFactory(raw=raw)) == ("resolved", savor)


def test_a_wording_that_names_several_is_ambiguous_and_names_none():
    TrialFactory.create_batch(2, acronym="HEART")

    assert resolved(CitationFactory(raw="HEART")) == ("ambiguous", None)


def test_a_wording_that_is_only_near_to_a_name_stays_unresolved(savor):
    assert resolved(CitationFactory(raw="SAVIOUR")) == ("unresolved", None)


def test_an_ambiguity_that_is_none_any_more_is_resolved(savor):
    assert resolved(CitationFactory(raw="SAVIOR", resolution="ambiguous")) == ("resolved", savor)


def test_a_source_that_somebody_has_chosen_is_left_alone(savor):
    chosen = TrialFactory()

    citation = CitationFactory(raw="SAVIOR", trial=chosen, resolution="resolved")

    assert resolved(citation) == ("resolved", chosen)


def test_the_desk_looks_up_what_is_chosen(client, savor):
    client.force_login(UserFactory(admin=True))
    open_one, near = CitationFactory(raw="SAVIOR"), CitationFactory(raw="nothing like it")

    page = client.post(
        "/admin/claims/citation/",
        {"action": "look_up", "_selected_action": [open_one.pk, near.pk]},
        follow=True,
    )

    assert "Looked up: 1 resolved, 1 unresolved." in page.content.decode()
    assert Citation.objects.get(trial=savor) == open_one
