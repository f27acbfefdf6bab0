"""Hostile files, each read by a process of its own whose time and peak memory count."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources.hostile_pubmed import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
MEGABYTES = 300

#: Refused as a whole, before any record.
REFUSED = {
    "billion_laughs": "declares entities, which is refused",
    "quadratic_blowup": "declares entities, which is refused",
    "external_entity": "declares entities, which is refused",
    "external_subset": "declares entities, which is refused",
    "huge_head": "nothing after the prolog",
    "another_encoding": "not XML: ",
}
#: One record refused; the good one behind it is read.
REJECTED = {
    "entity_nobody_declared": "not well-formed: Entity 'a' not defined",
    "one_huge_element": "longer than 16777216 bytes",
    "one_huge_tag": "longer than 16777216 bytes",
    "one_huge_comment": "unexpected text",
    "packed_bomb": "unexpected text",
    "nul_bytes": "not well-formed: ",
    "invalid_utf8": "not well-formed: ",
    "depth": "not well-formed: Excessive depth",
}
#: Read, and harmless: the title as HTML.
HARMLESS = {
    "script_in_title": "&lt;script&gt;alert(1)&lt;/script&gt;alert(2)",
    "handler_in_title": "<i>Moss</i> tea",
    "script_in_cdata": "&lt;img src=x onerror=alert(1)&gt;",
    "many_attributes": "<i></i>",
    "depth_that_is_allowed": ("<i>" * 200)[:100],
}


def read_by_a_process(name):
    done = subprocess.run(
        [sys.executable, "-m", "tests.sources.hostile_pubmed", name],
        cwd=ROOT,
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["memory"] < MEGABYTES
    return said


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused(name):
    said = read_by_a_process(name)

    assert (said["found"], said["rejected"]) == (0, [])
    assert said["malformed"].startswith(REFUSED[name])


@pytest.mark.parametrize("name", REJECTED)
def test_hostile_record_is_rejected_and_the_next_is_read(name):
    said = read_by_a_process(name)

    (reason,) = said["rejected"]
    assert reason.startswith(REJECTED[name])
    assert (said["titles"], said["malformed"]) == (["Moss tea."], None)


@pytest.mark.parametrize("name", HARMLESS)
def test_hostile_title_is_rendered_harmless(name):
    said = read_by_a_process(name)

    assert said["titles"] == [HARMLESS[name], "Moss tea."]
    assert (said["rejected"], said["malformed"]) == ([], None)


def test_records_that_never_end_are_passed_in_a_single_search():
    said = read_by_a_process("records_without_end")

    assert said["rejected"][-1] == "not well-formed: the next record starts before this one ends"
    assert said["titles"][-1:] == ["Moss tea."]


def test_space_without_end_is_passed():
    said = read_by_a_process("one_huge_space")

    assert (said["titles"], said["rejected"], said["malformed"]) == (["Moss tea."], [], None)


def test_15000_authors_are_read():
    said = read_by_a_process("authors")

    assert (said["authors"], said["titles"]) == (15_000, ["Crowd", "Moss tea."])


def test_memory_is_the_same_for_a_file_ten_times_as_long():
    small, large = read_by_a_process("small_file"), read_by_a_process("large_file")

    assert large["found"] == pytest.approx(10 * small["found"], rel=0.01)
    assert large["memory"] < small["memory"] + 8


def test_every_hostile_file_is_tried():
    others = {"records_without_end", "one_huge_space", "authors", "small_file", "large_file"}

    assert {*REFUSED, *REJECTED, *HARMLESS} | others == set(BY_NAME)
