"""Reads one YAML file of a data set: its rows, still unchecked, or a problem with the line."""

from pathlib import Path
from typing import Any

import yaml

from claims.dataset.problems import Problems

SCHEMA = "claim-evidence-dataset/1"


class _Loader(yaml.CSafeLoader):
    """The safe loader in C, which besides refuses a mapping that has a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for name, _ in node.value:
            if name.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{name.value}' occurs twice", name.start_mark
                )
            seen.add(name.value)
        return super().construct_mapping(node, deep)


def read_mapping(folder: Path, file: str, problems: Problems) -> dict[str, Any]:
    """Return the file's content; an empty mapping if there is a problem with it."""
    content = _parsed(folder / file, file, problems)
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.of_file(file, "is not a mapping")
        return {}
    if content.get("schema") != SCHEMA:
        problems.of_file(file, f"schema: {content.get('schema')!r} is not '{SCHEMA}'")
        return {}
    return content


def read_rows(folder: Path, file: str, name: str, problems: Problems) -> list[Any]:
    """Return the list called `name`, which is what the file is for."""
    content = read_mapping(folder, file, problems)
    rows = content.get(name, [])
    if content and not isinstance(content.get(name), list):
        problems.of_file(file, f"{name}: is not a list")
        return []
    return list(rows)


def _parsed(path: Path, file: str, problems: Problems) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except FileNotFoundError:
        problems.of_file(file, "there is no such file")
    except (OSError, UnicodeDecodeError) as error:
        problems.of_file(file, f"cannot be read: {error}")
    except yaml.MarkedYAMLError as error:
        problems.of_file(file, _with_line(error))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        # ValueError: a date such as 2026-02-31; it looks like one and is none.
        problems.of_file(file, f"is not YAML: {error}")
    return None


def _with_line(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{place}{error.problem or error.context or 'is not YAML'}"
