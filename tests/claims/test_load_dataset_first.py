"""Loading a data set where nothing was loaded before."""

import threading

import pytest
from django.db import connections

from claims.actions.datasets import DatasetConflict, load_dataset
from claims.models import Article, Claim, DatasetEntry, EvidenceItem, Verdict
from sources.models import Publication
from tests.claims.datasets import DATASET
from tests.factories import NOW, PublicationFactory, TrialFactory

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
    reports, errors = [], []

    def load():
        try:
            reports.append(load_dataset(DATASET, now=NOW))
        except Exception as error:  # noqa: BLE001  (whatever it is, the test has to tell)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(report.tallies["claim"].created for report in reports) == [0, 124]
    assert (Claim.objects.count(), Verdict.objects.count()) == (124, 124)
