"""What `make` says on a machine that lacks something."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = "Python 3.11 or newer is needed. Debian: apt-get install python3 python3-venv\n"
NO_VENV = "#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\n"
OLD = "#!/bin/sh\ncase $2 in *version_info*) exit 1 ;; esac\n"

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def make(tmp_path):
    """Return a function that runs make in a bare checkout with few programs and the given Pythons."""
    checkout, programs = tmp_path / "checkout", tmp_path / "bin"
    for folder in (checkout, programs):
        folder.mkdir()
    for file in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / file, checkout)
    for program in ("make", "sh", "test", "awk"):
        (programs / program).symlink_to(shutil.which(program))

    def make(*arguments, **pythons):
        for name, script in pythons.items():
            (programs / name).write_text(script)
            (programs / name).chmod(0o755)
        return subprocess.run(
            ["make", *arguments],
            cwd=checkout,
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
        )

    return make


def test_help_lists_every_command(make):
    done = make()

    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert {"demo", "test", "check", "bench", "help"} <= set(listed)


@pytest.mark.parametrize("pythons", [{}, {"python3": OLD}])
def test_missing_python_is_told(make, pythons):
    done = make("demo", **pythons)

    assert done.returncode != 0
    assert done.stderr.startswith(NEEDED)


def test_missing_venv_is_told(make):
    done = make("test", python3=NO_VENV)

    assert done.returncode != 0
    assert done.stderr.startswith("python3 lacks venv. Debian: apt-get install python3-venv\n")
