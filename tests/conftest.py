"""Fixtures for every test."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real records, or skip: it is no part of the repository."""
    folder = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real records at {folder} (set TRACKER_SHARED_DATA)")
    return folder
