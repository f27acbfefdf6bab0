"""The data set of the project, and how tests change a copy of it."""

import yaml

from tests.conftest import ROOT

DATASET = ROOT / "fixtures" / "insulin_resistance"


def edit(folder, file, change):
    """Apply a change to the content of one file of the data set."""
    path = folder / file
    content = yaml.safe_load(path.read_text("utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def row_of(content, name, key):
    field = {"anchors": "claim", "verdicts": "claim", "assessments": "evidence"}.get(name, "key")
    return next(row for row in content[name] if row[field] == key)


def edits_of(report):
    """Return the tallies of the kinds in which anything happened."""
    return {
        kind: {name: number for name, number in counts.items() if number and name != "unchanged"}
        for kind, counts in report.counts().items()
        if counts["created"] or counts["changed"] or counts["kept"]
    }
