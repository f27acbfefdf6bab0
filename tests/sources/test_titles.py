import re

import pytest
import yaml

from sources.pubmed_xml import Found, PubMedXMLError, read
from sources.titles import same_title

SAME = {
    "case and full stop": (
        "Moss tea and mood in lighthouse keepers",
        "Moss Tea and Mood in Lighthouse Keepers.",
    ),
    "British spelling": (
        "Tumour growth and haemoglobin in paediatric ischaemia: a randomised trial",
        "Tumor growth and hemoglobin in pediatric ischemia: a randomized trial",
    ),
    "hyphen left out": ("A noninferiority trial of quills", "A non-inferiority trial of quills"),
    "dash for a hyphen": ("Quill use, 1997-2012", "Quill use, 1997\u20132012."),
    "Greek letter": ("Rest for beta-cells after lunch", "Rest for β-cells after lunch"),
    "raised and lowered letters": (
        "A 1H NMR study of CO2 in attics",
        "A <sup>1</sup>H NMR study of CO<sub>2</sub> in attics",
    ),
    "raised letters of Unicode": ("A 1H NMR study of attics", "A ¹H NMR study of attics"),
    "markup written as text": (
        "Habits of Larus fictus",
        "Habits of &lt;i&gt;Larus fictus&lt;/i&gt;",
    ),
    "translated title": ("The invisible herring", "[The invisible herring]."),
    "translated by the author": (
        "The invisible herring",
        "[The invisible herring (author's transl)].",
    ),
    "mark of a retraction": (
        "Herring as a cure for rain",
        "RETRACTED: Herring as a cure for rain.",
    ),
    "other mark": ("Herring as a cure for rain", "RETRACTED ARTICLE: Herring as a cure for rain"),
    "mark of a withdrawal": (
        "Herring as a cure for rain",
        "WITHDRAWN: Herring as a cure for rain.",
    ),
    "dotted abbreviation": ("Herring in the U.S. at noon", "Herring in the US at noon"),
    "versus": ("Tea vs. cocoa for owls", "Tea versus cocoa for owls"),
    "accent": ("Menière and the owl", "Meniere and the owl"),
    "design left out": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants: a randomised, double-blind, placebo-controlled"
        " trial",
    ),
    "group left out": (
        "Evening walks and the sleep of accountants (OWLS 33)",
        "Evening walks and the sleep of accountants (OWLS 33). Old Walkers Sleep Study (OWLS) Group.",
    ),
}
DIFFERENT = {
    "another number": (
        "Evening walks in type 1 diabetes of accountants",
        "Evening walks in type 2 diabetes of accountants",
    ),
    "one word more": ("Evening walks of accountants", "Evening walks of young accountants"),
    "negation": ("Tea is good for owls at night", "Tea is not good for owls at night"),
    "decimal point": ("Owls after 3.7 years of tea", "Owls after 37 years of tea"),
    "numbers parted": ("Phase 1 2 owl trial", "Phase 12 owl trial"),
    "plus and minus": ("CD4+ cells of owls", "CD4- cells of owls"),
    "reply": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants: a reply.",
    ),
    "part two": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants. Part 2.",
    ),
    "follow-up": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants: follow-up of a randomised trial",
    ),
    "protocol": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants: protocol for a randomised trial",
    ),
    "a review of what was a study": (
        "Evening walks and the sleep of accountants",
        "Evening walks and the sleep of accountants: a review",
    ),
    "another design": (
        "Evening walks and the sleep of accountants: a cohort study",
        "Evening walks and the sleep of accountants: a randomised trial",
    ),
    "short title with a design": ("Owls and tea", "Owls and tea: a randomised trial"),
    "notice of a retraction": (
        "Herring as a cure for rain",
        "Retraction: Herring as a cure for rain",
    ),
    "erratum": ("Herring as a cure for rain", "Erratum: Herring as a cure for rain"),
    "concern": ("Herring as a cure for rain", "Expression of Concern: Herring as a cure for rain"),
    "four is not for": ("Tea four owls and herring", "Tea for owls and herring"),
    "nothing": ("", ""),
    "only signs": ("...", "[]."),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_same_title_sees_through_spelling(pair):
    one, other = pair

    assert (same_title(one, other), same_title(other, one)) == (True, True)


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_same_title_never_takes_one_paper_for_another(pair):
    one, other = pair

    assert (same_title(one, other), same_title(other, one)) == (False, False)


def test_same_title_holds_for_the_confirmed_publications(shared_data):
    listed = yaml.safe_load((shared_data / "dataset/publications.yaml").read_text())
    expected = {
        row["pmid"]: row["title"]
        for row in listed["publications"]
        if row["identity"] == "confirmed" and row["pmid"]
    }

    fetched = _titles(shared_data, set(expected))

    assert fetched
    assert [
        (pmid, title) for pmid, title in fetched.items() if not same_title(expected[pmid], title)
    ] == []


def test_same_title_parts_the_publications_of_the_data_set(shared_data):
    listed = yaml.safe_load((shared_data / "dataset/publications.yaml").read_text())
    titles = [row["title"] for row in listed["publications"]]

    taken_for_another = [
        (one, other)
        for place, one in enumerate(titles)
        for other in titles[:place]
        if same_title(one, other)
    ]

    assert taken_for_another == []


def _titles(shared_data, pmids):
    """Return the titles that real records of these PMIDs have."""
    wanted = re.compile(b"<PMID[^>]*>(%s)</PMID>" % b"|".join(p.encode() for p in sorted(pmids)))
    titles = {}
    for path in sorted((shared_data / "pubmed").glob("*.xml")) + sorted(
        (shared_data / "targets").glob("*.xml")
    ):
        body = path.read_bytes()
        if wanted.search(body):
            titles |= _titles_of(body, pmids)
    return titles


def _titles_of(body, pmids):
    try:
        entries = list(read(body))
    except PubMedXMLError:
        return {}
    found = [entry.record for entry in entries if isinstance(entry, Found)]
    return {record.pmid: record.title for record in found if record.pmid in pmids}
