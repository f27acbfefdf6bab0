import os
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile

from tracker.storage import StaticFilesStorage, are_collected


@pytest.fixture
def storage(tmp_path):
    return StaticFilesStorage(location=tmp_path, base_url="/static/")


def test_file_not_collected_yet_keeps_its_name(storage):
    assert storage.url("site.css") == "/static/site.css"


def test_file_collected_has_its_hash_in_its_name(storage):
    storage.save("site.css", ContentFile(b"a { color: red }"))

    assert storage.url("site.css") == "/static/site.7067b21ee6ee.css"


def test_files_are_collected_until_one_of_them_is_newer(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    manifest = tmp_path / "staticfiles.json"
    never = are_collected()
    manifest.touch()
    since = are_collected()
    newest = max(Path(path).stat().st_mtime for path in all_static_files())
    os.utime(manifest, (newest - 1, newest - 1))

    assert (never, since, are_collected()) == (False, True, False)


def all_static_files():
    return [s.path(name) for finder in finders.get_finders() for name, s in finder.list([])]
