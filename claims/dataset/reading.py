"""Reads a folder of YAML files into a `Dataset`, or tells all that is wrong with it."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from claims.dataset import context as kinds
from claims.dataset import derivation, shapes
from claims.dataset.checks import BadValue, Shape
from claims.dataset.context import Context, Kind
from claims.dataset.files import read_mapping, read_rows
from claims.dataset.problems import Problems
from claims.dataset.records import Dataset
from claims.dataset.rules import article, claims, evidence, sources, verdicts

# Field of `Dataset`, kind of row, the name of the list in its file, shape of a row.
LISTS: tuple[tuple[str, Kind, str, Shape], ...] = (
    ("claims", kinds.CLAIM, "claims", shapes.CLAIM),
    ("anchors", kinds.ANCHOR, "anchors", shapes.ANCHOR),
    ("relations", kinds.RELATION, "relations", shapes.RELATION),
    ("citations", kinds.CITATION, "citations", shapes.CITATION),
    ("trials", kinds.TRIAL, "trials", shapes.TRIAL),
    ("publications", kinds.PUBLICATION, "publications", shapes.PUBLICATION),
    ("evidence", kinds.EVIDENCE, "evidence", shapes.EVIDENCE),
    ("assessments", kinds.ASSESSMENT, "assessments", shapes.ASSESSMENT),
    ("searches", kinds.SEARCH, "search_records", shapes.SEARCH_RECORD),
    ("verdicts", kinds.VERDICT, "verdicts", shapes.VERDICT),
)
ARTICLE_LISTS = (
    ("sections", kinds.SECTION, shapes.SECTION),
    ("paragraphs", kinds.PARAGRAPH, shapes.PARAGRAPH),
    ("comments", kinds.COMMENT, shapes.COMMENT),
)


def read(folder: Path, *, today: date) -> Dataset:
    """Return the data set in this folder.

    Raises InvalidDataset with every problem found: first with files and values, and if these are
    sound, with references and rules, and then with the verdicts.
    """
    problems = Problems()
    if not folder.is_dir():
        problems.of_file(str(folder), "there is no such folder")
        problems.raise_if_any()
    fields, keys = _read_values(folder, problems)
    if "article" in fields and "snapshot" in fields:
        data = Dataset(**fields)
        incomplete = frozenset(problem.kind for problem in problems)
        _check_rules(Context(data, keys, problems, incomplete))
    problems.raise_if_any()
    derivation.check(data, problems, today)
    problems.raise_if_any()
    return data


def _read_values(
    folder: Path, problems: Problems
) -> tuple[dict[str, Any], dict[str, frozenset[str]]]:
    """Return the sound rows by field of `Dataset`, and the keys of all rows by kind."""
    fields = _read_article(folder, problems)
    keys: dict[str, frozenset[str]] = {}
    for field, kind, name, shape in LISTS:
        rows = read_rows(folder, kind.file, name, problems)
        keys[kind.word] = frozenset(_key(kind, row) for row in rows)
        fields[field] = tuple(_sound_rows(kind, shape, rows, problems))
    return fields, keys


def _read_article(folder: Path, problems: Problems) -> dict[str, Any]:
    content = read_mapping(folder, kinds.ARTICLE.file, problems)
    if not content:
        return {}
    fields: dict[str, Any] = {}
    for name, kind, shape in (
        ("article", kinds.ARTICLE, shapes.ARTICLE),
        ("snapshot", kinds.SNAPSHOT, shapes.SNAPSHOT),
    ):
        for row in _sound_rows(kind, shape, [content.get(name)], problems):
            fields[name] = row
    for name, kind, shape in ARTICLE_LISTS:
        rows = content.get(name)
        if not isinstance(rows, list):
            problems.of_file(kind.file, f"{name}: is not a list")
            rows = []
        fields[name] = tuple(_sound_rows(kind, shape, rows, problems))
    return fields


def _sound_rows(kind: Kind, shape: Shape, rows: list[Any], problems: Problems) -> Iterable[Any]:
    for number, row in enumerate(rows, start=1):
        try:
            yield shape(row)
        except BadValue as bad:
            key = _key(kind, row) or f"number {number}"
            for path, message in bad.faults:
                problems.add(kind.file, kind.word, key, path, message)


def _key(kind: Kind, row: Any) -> str:
    value = row.get(kind.name) if isinstance(row, dict) else None
    return "" if value is None else str(value)


def _check_rules(context: Context) -> None:
    for rules in (article, claims, sources, evidence, verdicts):
        rules.check(context)
