"""The data set of the project, and how tests change a copy of it."""

from datetime import date

import yaml

from claims.models.verdict import DOMAINS
from tests.conftest import ROOT

DATASET = ROOT / "fixtures" / "insulin_resistance"


def edit(folder, file, change):
    """Apply a change to the content of one file of the data set."""
    path = folder / file
    content = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    change(content)
    path.write_text(yaml.dump(content, allow_unicode=True, Dumper=yaml.CSafeDumper), "utf-8")


def row_of(content, name, key):
    named_by_claim = dict.fromkeys(("anchors", "verdicts", "search_records"), "claim")
    field = {**named_by_claim, "assessments": "evidence"}.get(name, "key")
    return next(row for row in content[name] if row[field] == key)


def edits_of(report):
    """Return the tallies of the kinds in which anything happened."""
    return {
        kind: {name: number for name, number in counts.items() if number and name != "unchanged"}
        for kind, counts in report.counts().items()
        if counts["created"] or counts["changed"] or counts["kept"]
    }


def small():
    """Return the content of a small, sound data set by file: a compound claim and a value."""
    judged = {"directness": "direct", "directness_reasons": [], "scope": "matches"}
    return {
        "article.yaml": {
            "article": {
                "key": "an-article",
                "title": "An article",
                "authors": ["Ann Author"],
                "language": "en",
                "published_on": date(2016, 5, 3),
                "published_on_precision": "day",
                "reviewers_required": 1,
            },
            "snapshot": {
                "text_sha256": "a" * 64,
                "bytes": 1000,
                "code_points": 1000,
                "encoding": "utf-8",
                "newline": "LF",
                "body_start": 0,
                "body_end": 500,
            },
            "sections": [{"key": "S0", "label": "all", "paragraphs": [1], "start": 0, "end": 500}],
            "paragraphs": [
                {"number": 1, "section": "S0", "start": 0, "end": 400, "sha256": "b" * 64}
            ],
            "comments": [{"number": 1, "start": 600, "end": 700, "sha256": "c" * 64}],
        },
        "claims.yaml": {
            "claims": [
                claim("whole"),
                claim("first", parent="whole", is_core=True, is_essential=True),
                claim("second", parent="whole", is_core=False, is_essential=True),
                claim(
                    "worth",
                    claim_type="value",
                    checkability="not_checkable",
                    voice="reader_comment",
                ),
            ]
        },
        "anchors.yaml": {
            "anchors": [
                anchor("whole", section="S0", paragraph=1),
                anchor("worth", start=610, end=650, comment=1),
            ]
        },
        "relations.yaml": {
            "relations": [{"source": "whole", "type": "depends_on", "target": "worth"}]
        },
        "citations.yaml": {
            "citations": [
                {
                    "key": "cited",
                    "claim": "first",
                    "voice": "author",
                    "raw": "a trial",
                    "mode": "vague",
                    "trial": "trial",
                    "resolution": "resolved",
                    "accuracy": "accurate",
                    "note": "It says so.",
                }
            ]
        },
        "trials.yaml": {
            "trials": [
                {
                    "key": "trial",
                    "registry": "clinicaltrials",
                    "registry_id": "NCT00000001",
                    "secondary_ids": [],
                    "identity": "confirmed",
                    "title": "A trial",
                    "aliases": ["TRIAL"],
                    "cited_by_article": True,
                    "article_spelling": "TRIAL",
                    "results": [{**EFFECT, "role": "primary", "publication": "paper"}],
                }
            ]
        },
        "publications.yaml": {
            "publications": [
                publication("paper", pmid="11", reports=[{"trial": "trial", "role": "secondary"}]),
                publication(
                    "review",
                    doi="10.5555/x",
                    study_design="meta_analysis",
                    includes=["trial:trial"],
                ),
            ]
        },
        "evidence.yaml": {
            "evidence": [
                evidence("E1", "first", publication="paper", unit="trial:trial"),
                evidence("E2", "second", publication="review", unit="publication:review"),
            ]
        },
        "assessments.yaml": {
            "assessments": [
                assessment("E1", **judged, effect=EFFECT),
                assessment("E2", **judged, study_design="meta_analysis"),
            ]
        },
        "search_records.yaml": {
            "search_records": [
                {
                    "claim": "first",
                    "database": "PubMed",
                    "query": "insulin",
                    "run_on": date(2026, 1, 1),
                    "hits": 3,
                    "included": 1,
                }
            ]
        },
        "verdicts.yaml": {
            "ruleset": "1",
            "verdicts": [
                verdict("whole", certainty_from="parts", rule="C1"),
                verdict("first"),
                verdict("second"),
                verdict("worth", "not_applicable", rule="V0", **UNRATED),
            ],
        },
    }


EFFECT = {
    "outcome": "death",
    "measure": "HR",
    "estimate": 0.9,
    "ci_low": 0.8,
    "ci_high": 1.0,
    "ci_level": 95,
    "p": "0.05",
}
UNRATED = {
    "certainty": "not_rated",
    "framework": "none",
    "certainty_from": None,
    "start_level": None,
    "domains": None,
}


def claim(key, **values):
    return {
        "key": key,
        "statement": f"Insulin does the {key} thing.",
        "claim_type": "causation",
        "checkability": "checkable",
        "modality": "asserted",
        "voice": "author",
        "topics": ["insulin"],
        "state": "in_review",
        **values,
    }


def anchor(key, **values):
    return {
        "claim": key,
        "text_sha256": "a" * 64,
        "start": 10,
        "end": 60,
        "sha256": "d" * 64,
        "fingerprint": {"words": 8, "sha256": "e" * 64},
        **values,
    }


def publication(key, **values):
    return {
        "key": key,
        "identity": "confirmed",
        "first_author": "Author A",
        "year": 2015,
        "journal": "Journal",
        "title": f"The {key}",
        "study_design": "rct",
        "reports": [],
        "includes": [],
        "registry_ids": [],
        "standing": "journal",
        "integrity": "unknown",
        **values,
    }


def evidence(key, of, **values):
    return {
        "key": key,
        "claim": of,
        "finding": "a finding",
        "origin": "found_by_reviewer",
        **values,
    }


def assessment(key, **values):
    return {
        "evidence": key,
        "reviewer": "initial-curation",
        "state": "submitted",
        "stance": "supports",
        "finding_role": "own_result",
        "study_design": "rct",
        "rob_tool": "rob2",
        "rob_overall": "low",
        "rob_reason": "Blinded.",
        "rationale": "It was measured.",
        **values,
    }


def verdict(key, word="supported", *, rule="V5", **values):
    return {
        "claim": key,
        "basis": "today",
        "verdict": word,
        "certainty": "high",
        "framework": "grade",
        "certainty_from": "evidence",
        "start_level": 4,
        "domains": dict.fromkeys(DOMAINS, 0),
        "summary": "It does.",
        "derived": {"ruleset": "1", "verdict": word, "rule": rule},
        "review_status": 0,
        **values,
    }


def write(folder, content):
    """Write a data set, given by file, and return its folder."""
    folder.mkdir(exist_ok=True)
    for file, rows in content.items():
        text = yaml.safe_dump({"schema": "claim-evidence-dataset/1", **rows})
        (folder / file).write_text(text, "utf-8")
    return folder


FILES = tuple(small())
