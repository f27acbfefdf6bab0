"""manage.py fetch: each number goes to the service that knows it."""

import io

import pytest
from django.core.management import CommandError, call_command

from sources.models import FetchRequest
from tests.factories import TrialFactory

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
