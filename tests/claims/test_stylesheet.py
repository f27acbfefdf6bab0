"""The style sheet: legible in light and dark, and asking nobody for anything."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "claims/static/claims/site.css").read_text()
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3
SIGNS = (
    "supported",
    "partly",
    "conflicting",
    "contradicted",
    "insufficient",
    "unassessed",
    "not-applicable",
)
PAIRS = [
    *((sign, f"{sign}-soft") for sign in SIGNS),
    *((sign, "surface") for sign in SIGNS),
    *(
        (ink, paper)
        for ink in ("ink", "ink-soft", "link")
        for paper in ("paper", "surface", "sunken")
    ),
    ("ink", "notice-soft"),
    ("notice", "notice-soft"),
    ("danger", "surface"),
    ("ink", "danger-soft"),
    ("surface", "accent"),
]


def tokens(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def schemes():
    light, _, rest = SHEET.partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("/* Elements */")[0]
    return {"light": tokens(light), "dark": tokens(light) | tokens(dark)}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_words_stand_out_from_their_ground(scheme, ink, paper):
    colours = schemes()[scheme]

    assert contrast(colours[ink], colours[paper]) >= LEGIBLE


def test_dark_scheme_changes_every_colour():
    light, dark = schemes().values()

    assert [name for name in light if light[name] == dark[name]] == []


def test_sheet_asks_nobody_for_anything():
    assert re.findall(r"url\(|@import|https?:", SHEET) == []
