"""Loading a data set where nothing was loaded before."""

import subprocess
import sys
import time

import pytest
from django.db import connection, transaction

from claims.actions.datasets import DatasetConflict, load_dataset
from claims.models import Article, Claim, DatasetEntry, EvidenceItem, Verdict
from sources.models import Publication, Trial
from tests.at_once import at_once
from tests.claims.datasets import DATASET
from tests.conftest import ROOT
from tests.factories import NOW, PublicationFactory, RegistrationAliasFactory, TrialFactory

pytestmark = pytest.mark.django_db


def test_records_that_were_here_first_are_taken_on(folder):
    publication = PublicationFactory(pmid="18539917", title="", journal="", year=None)
    trial = TrialFactory(registry_id="NCT00000620", acronym="ACCORD trial", title="")

    report = load_dataset(folder, now=NOW)

    publication.refresh_from_db()
    trial.refresh_from_db()
    assert publication.title == "Effects of intensive glucose lowering in type 2 diabetes"
    assert publication.doi == "10.1056/nejmoa0802743"
    assert (trial.acronym, trial.aliases) == (
        "ACCORD trial",
        ["ACCORD", "ACCORD glycaemia", "ACCORD-BG"],
    )
    assert ("trial", "accord", ("acronym",)) in report.kept
    assert (report.tallies["publication"].created, report.tallies["trial"].created) == (165, 11)


def test_identifiers_of_two_publications_are_a_conflict(folder):
    PublicationFactory(pmid="18539917")
    PublicationFactory(pmid=None, doi="10.1056/nejmoa0802743")

    with pytest.raises(DatasetConflict, match="publication 'accord-2008': its PMID, DOI and PMCID"):
        load_dataset(folder, now=NOW)

    assert not Claim.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(monkeypatch):
    def break_off(load, data):
        raise RuntimeError("killed")

    monkeypatch.setattr("claims.actions.datasets.loading.merge_verdicts", break_off)
    with pytest.raises(RuntimeError):
        load_dataset(DATASET, now=NOW)

    assert not any(
        model.objects.exists()
        for model in (Article, Claim, Publication, EvidenceItem, DatasetEntry)
    )


@pytest.mark.django_db(transaction=True)
def test_two_loaders_at_once_load_it_once():
    reports = at_once(*[lambda: load_dataset(DATASET, now=NOW) for _ in range(2)])

    assert sorted(report.tallies["claim"].created for report in reports) == [0, 124]
    assert (Claim.objects.count(), Verdict.objects.count()) == (124, 124)


@pytest.mark.django_db(transaction=True)
def test_a_loader_that_is_killed_leaves_nothing_and_the_next_loads_it_all(process_environment):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE claims_verdict IN EXCLUSIVE MODE")
        loader = subprocess.Popen(
            [sys.executable, "manage.py", "load_dataset"],
            cwd=ROOT,
            env=process_environment,
            stdout=subprocess.DEVNULL,
        )
        _wait_until_held_up(cursor)
        loader.kill()
        loader.wait()

    assert not any(model.objects.exists() for model in (Article, Claim, Publication, DatasetEntry))
    assert load_dataset(DATASET, now=NOW).tallies["verdict"].created == 124


def _wait_until_held_up(cursor):
    """Wait until the other process has written everything but the verdicts."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if cursor.fetchone()[0]:
            return
        time.sleep(0.05)
    pytest.fail("the loader never came to the verdicts")


def test_a_number_that_the_registry_has_merged_is_the_real_trial():
    real = TrialFactory(fetched=True, registry_id="NCT99000001", title="As registered")
    RegistrationAliasFactory(trial=real, registry_id="NCT00000620")

    load_dataset(DATASET, now=NOW)

    assert not Trial.objects.filter(registry_id="NCT00000620").exists()
    real.refresh_from_db()
    assert (real.title, real.digest.trial_id) == ("As registered", real.pk)
