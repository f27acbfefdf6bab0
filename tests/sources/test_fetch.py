"""manage.py fetch: each number goes to the service that knows it."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.models import FetchRequest
from tests.factories import PublicationFactory, TrialFactory

pytestmark = pytest.mark.django_db


def asked():
    return sorted(FetchRequest.objects.values_list("service", "identifier"))


def test_a_trial_is_asked_of_its_own_registry():
    call_command("fetch", trial=["nct00000010", "ISRCTN 03267836"], stdout=io.StringIO())

    assert asked() == [("clinicaltrials", "NCT00000010"), ("isrctn", "ISRCTN03267836")]


def test_stale_trials_of_every_registry_that_can_be_asked_are_asked_for():
    TrialFactory(registry_id="NCT00000010")
    TrialFactory(registry="isrctn", registry_id="ISRCTN03267836")
    TrialFactory(registry="drks", registry_id="DRKS00012345")

    call_command("fetch", all_stale=True, stdout=io.StringIO())

    assert asked() == [("clinicaltrials", "NCT00000010"), ("isrctn", "ISRCTN03267836")]


def test_a_wrong_isrctn_number_is_refused_and_nothing_is_queued():
    with pytest.raises(CommandError, match="'ISRCTN123' is not an ISRCTN number"):
        call_command("fetch", trial=["NCT00000010", "ISRCTN123"])

    assert asked() == []


def test_notices_are_asked_of_crossref_by_doi():
    PublicationFactory(doi="10.5555/paper")

    call_command("fetch", doi=["https://doi.org/10.5555/PAPER"], stdout=io.StringIO())

    assert asked() == [("crossref", "10.5555/paper")]


@pytest.mark.parametrize(
    ("doi", "message"),
    [
        ("26052984", "'26052984' is not a DOI"),
        ("10.5555/stranger", "No publication here has the DOI 10.5555/stranger"),
    ],
)
def test_doi_that_is_none_or_nobodys_is_refused_and_nothing_is_queued(doi, message):
    PublicationFactory(doi="10.5555/paper")

    with pytest.raises(CommandError, match=message):
        call_command("fetch", doi=["10.5555/paper", doi])

    assert asked() == []


def test_everything_stale_is_asked_of_crossref_too():
    fresh = timezone.now() - timedelta(days=1)
    PublicationFactory(pmid="1", doi="10.5555/never")
    PublicationFactory(pmid="2", doi="10.5555/lately", crossref_checked_at=fresh)
    PublicationFactory(pmid="3", doi="10.5555/long_ago", crossref_checked_at=fresh.replace(2020))

    call_command("fetch", all_stale=True, stdout=io.StringIO())

    assert asked() == [
        ("crossref", "10.5555/long_ago"),
        ("crossref", "10.5555/never"),
        ("pubmed", "1"),
        ("pubmed", "2"),
        ("pubmed", "3"),
    ]
