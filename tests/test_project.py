"""Rules of the project that no linter knows. CONTRIBUTING.md says why."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
APPS = ("tracker", "claims", "sources")
FOLDERS = (*APPS, "tests", "benchmarks")
MODULES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted(path for app in APPS for path in (ROOT / app).glob("templates/**/*.*"))
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "500.html", "robots.txt"}  # by Django
LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 40
CODE = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "tests"]  # tests may be long
OUR_MODELS = [
    model
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    if not issubclass(model, pghistory.models.Event)
]


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_model_says_what_it_is_and_in_which_order(model):
    assert model.__str__ is not models.Model.__str__
    assert model._meta.ordering


def test_no_module_is_longer_than_a_reader_s_patience():
    too_long = {
        name(path): length
        for path in CODE
        if (length := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }

    assert too_long == {}


def test_no_function_is_longer_than_a_screen():
    too_long = {
        f"{name(path)}:{node.name}": length
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (length := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert too_long == {}


def test_every_module_says_what_it_is_for():
    silent = [
        name(path)
        for path in CODE
        if (text := path.read_text("utf-8")) and not ast.get_docstring(ast.parse(text))
    ]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing():
    nothing = {"utils", "util", "helpers", "common", "services", "misc", "base_utils"}
    nothing_said = [name(path) for path in MODULES if nothing & {*path.parts, path.stem}]

    assert nothing_said == []


def test_nothing_is_left_to_do():
    left = [
        f"{name(path)}:{number}"
        for path in MODULES
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]

    assert left == []


def test_every_template_is_used():
    """By name in Python or in another template; a template of Django's admin replaces one of the same name."""
    texts = {path: path.read_text("utf-8") for path in (*MODULES, *TEMPLATES)}
    unused = []
    for template in TEMPLATES:
        known_as = str(template).split("/templates/", 1)[1]
        is_found = known_as in FOUND_BY_NAME or known_as.startswith("admin/")
        if not is_found and not any(
            known_as in text for path, text in texts.items() if path != template
        ):
            unused.append(known_as)

    assert unused == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(file):
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]

    loose = [line for line in lines if line and "==" not in line and not line.startswith("-r ")]

    assert loose == []


def test_every_variable_of_the_environment_is_documented():
    code = "".join((ROOT / "tracker" / file).read_text() for file in ("settings.py", "backends.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text()))

    assert len(read) > 15
    assert read - documented == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("sources/titles.py", "import claims.topics", "Apps point one way"),
        ("claims/topics.py", "import tracker.env", "Apps point one way"),
        ("claims/models/__init__.py", "import claims.actions", "Inside claims, only downwards"),
        ("claims/views/__init__.py", "import claims.api", "Inside claims, only downwards"),
        ("sources/actions/__init__.py", "import sources.tasks", "Inside sources, only downwards"),
        ("claims/ruleset/__init__.py", "import django.db", "Pure modules know neither Django"),
        ("sources/pubmed.py", "import django.conf", "The clients know no Django"),
        ("sources/tasks.py", "import requests", "Only the clients speak HTTP"),
    ],
)
def test_import_that_breaks_a_contract_is_found(tmp_path, module, line, contract):
    for app in APPS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / module
    planted.write_text(f"{planted.read_text('utf-8')}\n{line}\n")

    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    broken = [text for text in done.stdout.splitlines() if " BROKEN" in text]
    assert done.returncode == 1
    assert any(text.startswith(contract) for text in broken), done.stdout


def test_benchmark_that_there_is_not_is_named_with_those_that_there_are():
    asked = [sys.executable, "-m", "benchmarks", "parse", "pars"]

    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr.startswith("There is no benchmark 'pars'. There are: anchors, api,")
