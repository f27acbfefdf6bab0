"""The workers' tasks for trials, against the registries' stand-ins."""

import pytest

from sources import tasks
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchRequest, Service, Trial
from tests.standins.isrctn import study as isrctn_study
from tests.standins.servers import ClinicalTrialsStandin, ISRCTNStandin
from tests.standins.trials import study

pytestmark = pytest.mark.django_db

DIRECT = "ISRCTN03267836"


def test_due_trials_of_isrctn_are_fetched(settings):
    request_fetch(Service.ISRCTN, [DIRECT], by=None, now=database_now())

    with ISRCTNStandin({DIRECT: isrctn_study(DIRECT, acronym="DiRECT")}) as standin:
        settings.ISRCTN_URL = standin.url
        done = tasks.drain_isrctn()

    assert (done, FetchRequest.objects.get().state) == (1, "succeeded")
    assert Trial.objects.get().acronym == "DiRECT"


def test_due_trials_of_clinicaltrials_are_fetched(settings):
    request_fetch(Service.CLINICALTRIALS, ["NCT00790205"], by=None, now=database_now())

    with ClinicalTrialsStandin({"NCT00790205": study("NCT00790205")}) as standin:
        settings.CLINICALTRIALS_URL = standin.url
        done = tasks.drain_trials()

    assert (done, FetchRequest.objects.get().state) == (1, "succeeded")
    assert Trial.objects.get().registry_id == "NCT00790205"
