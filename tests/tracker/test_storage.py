import pytest
from django.core.files.base import ContentFile

from tracker.storage import StaticFilesStorage


@pytest.fixture
def storage(tmp_path):
    return StaticFilesStorage(location=tmp_path, base_url="/static/")


def test_file_not_collected_yet_keeps_its_name(storage):
    assert storage.url("site.css") == "/static/site.css"


def test_file_collected_has_its_hash_in_its_name(storage):
    storage.save("site.css", ContentFile(b"a { color: red }"))

    assert storage.url("site.css") == "/static/site.7067b21ee6ee.css"
