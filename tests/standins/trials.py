"""The trials that a stand-in serves: API v2 studies as bytes, by NCT number.

Where a trial is in no file but in the data set, a study is made up from the data set's facts of it.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.standins.records import DATA_SET, FIXTURES, shared_data


def read_folder(folder: Path, names: str = "*.json") -> dict[str, bytes]:
    """Return the folder's studies; what is no study is left out."""
    studies: dict[str, bytes] = {}
    for file in sorted(folder.glob(names)):
        data = file.read_bytes()
        nct = identification(data).get("nctId")
        if nct:
            studies.setdefault(nct, data)
    return studies


def read_table(file: Path) -> dict[str, bytes]:
    """Return a made-up study for each trial of a data set that ClinicalTrials.gov has."""
    if not file.is_file():
        return {}
    trials = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["trials"]
    return {
        each["registry_id"]: study(
            each["registry_id"],
            each["title"],
            acronym=each.get("acronym"),
            enrollment=each.get("enrollment"),
        )
        for each in trials
        if each.get("registry") == "clinicaltrials" and each.get("registry_id")
    }


@functools.cache
def all_trials() -> Mapping[str, bytes]:
    """Return what there is: our own files first, then real studies, then those made up."""
    shared = shared_data()
    real = read_folder(shared / "ctgov", "NCT*.json") if shared else {}
    return read_table(DATA_SET / "trials.yaml") | real | read_folder(FIXTURES / "clinicaltrials")


def study(
    nct: str,
    title: str = "A trial of the stand-in",
    *,
    acronym: str | None = None,
    enrollment: int | None = None,
    aliases: Iterable[str] = (),
) -> bytes:
    """Return a short study in the shape of API v2, which leaves out what it has not."""
    optional = {"acronym": acronym, "nctIdAliases": list(aliases)}
    design: dict[str, Any] = {"studyType": "INTERVENTIONAL", "phases": ["NA"]}
    if enrollment:
        design["enrollmentInfo"] = {"count": enrollment, "type": "ACTUAL"}
    protocol = {
        "identificationModule": {
            "nctId": nct,
            "orgStudyIdInfo": {"id": f"standin-{nct}"},
            "briefTitle": title,
        }
        | {name: value for name, value in optional.items() if value},
        "statusModule": {
            "overallStatus": "COMPLETED",
            "lastUpdatePostDateStruct": {"date": "2024-05-17", "type": "ACTUAL"},
        },
        "designModule": design,
    }
    whole = {"protocolSection": protocol, "derivedSection": {}, "hasResults": False}
    return json.dumps(whole).encode()


def identification(data: bytes) -> dict[str, Any]:
    """Return a study's identificationModule, empty for anything that is no study."""
    try:
        whole = json.loads(data)
        module = whole["protocolSection"]["identificationModule"]
    except (ValueError, KeyError, TypeError):
        return {}
    return module if isinstance(module, dict) else {}
