from concurrent.futures import ThreadPoolExecutor

from tracker import secrets


def test_key_is_made_once_however_many_ask_at_once(tmp_path):
    home = tmp_path / "not yet" / "there"

    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(secrets.generated_key, [home] * 64))

    assert len(keys) == 1
    assert len(keys.pop()) >= 50


def test_key_can_be_read_by_its_owner_alone(tmp_path):
    secrets.generated_key(tmp_path)

    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_key_is_kept(tmp_path):
    (tmp_path / "secret_key").write_text("kept\n")

    assert secrets.generated_key(tmp_path) == "kept"
