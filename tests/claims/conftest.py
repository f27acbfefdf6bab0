"""Fixtures for tests of what is claimed and judged."""

import shutil

import pytest
from django.db import transaction

from claims.actions.datasets import load_dataset
from tests.claims.datasets import DATASET
from tests.factories import NOW


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load the whole data set once for all tests of a module; return the report of the load.

    A test that asks for it also needs the mark django_db; what it changes is undone after it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_dataset(DATASET, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the data set that a test may edit."""
    return shutil.copytree(DATASET, tmp_path / "copy")
