"""What each file of fixtures/pubmed must be read as: the ordinary record, and what is odd about it."""

from dataclasses import replace
from pathlib import Path

from sources.pubmed_xml import PublicationRecord

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "pubmed"
JOURNAL_ARTICLE = {"ui": "D016428", "name": "Journal Article"}
TEXT = "We gave moss tea to twelve lighthouse keepers. Nothing happened."


def person(family=None, given=None, initials=None, **more):
    return {
        "family": family,
        "given": given,
        "initials": initials,
        "suffix": None,
        "collective": None,
        "orcid": None,
        "affiliations": [],
        "equal_contrib": False,
    } | more


def section(text, html=None, label=None, category=None):
    return {"label": label, "category": category, "text": text, "html": html or text}


def tie(ref_type, pmid, ref_source, doi=None):
    return {
        "ref_type": ref_type,
        "pmid": pmid,
        "ref_source": ref_source,
        "note": None,
        "doi": doi,
    }


def notice(kind, tied, date=None):
    return {
        "kind": kind,
        "pmid": tied["pmid"],
        "doi": tied["doi"],
        "date": date,
        "ref_source": tied["ref_source"],
    }


FICTUS = person("Fictus", "Ada", "A")


def record(number, title, **odd):
    """Return the record that every file has, with its own PMID, title and oddities."""
    pmid = str(990000000 + number)
    ordinary = PublicationRecord(
        pmid=pmid,
        article_ids=[{"type": "pubmed", "value": pmid}],
        title=title,
        title_html=title,
        abstract_sections=[section(TEXT)],
        abstract_state="present",
        journal="Annals of Imaginary Medicine",
        journal_iso="Ann Imag Med",
        issn="9999-0001",
        nlm_id="9900001",
        volume="4",
        issue="2",
        pages="11-19",
        year=2019,
        month=3,
        day=7,
        date_from="2019-03-07",
        date_to="2019-03-07",
        date_revised="2024-05-17",
        authors=[FICTUS],
        languages=["eng"],
        publication_types=[JOURNAL_ARTICLE],
        medline_status="MEDLINE",
        publication_model="Print",
        publication_status="ppublish",
    )
    return replace(ordinary, **odd)


def year_only(year):
    return {
        "year": year,
        "month": None,
        "day": None,
        "date_from": f"{year}-01-01",
        "date_to": f"{year}-12-31",
    }


def typed(ui, name):
    return {"publication_types": [JOURNAL_ARTICLE, {"ui": ui, "name": name}]}


def silent():
    return {"abstract_sections": [], "abstract_state": "absent_in_source"}


def book(number, **chapter):
    pmid = str(990000000 + number)
    whole = PublicationRecord(
        pmid=pmid,
        kind="book",
        article_ids=[
            {"type": "bookaccession", "value": "NBK990001"},
            {"type": "pubmed", "value": pmid},
        ],
        title="The Book of Lamps",
        title_html="The Book of <i>Lamps</i>",
        abstract_sections=[section("All lamps are described.")],
        abstract_state="present",
        volume="2",
        book_title="The Book of Lamps",
        publisher="Far Rock Press",
        edition="3rd",
        isbns=["9990000000019"],
        year=2012,
        month=5,
        date_from="2012-05-01",
        date_to="2012-05-31",
        electronic_date={"year": 2013, "month": 1, "day": 9},
        history=[{"status": "pubmed", "year": 2013, "month": 1, "day": 10}],
        date_revised="2020-02-03",
        authors=[person("Lumen", "Ivo", "I")],
        languages=["eng"],
        publication_types=[{"ui": "D016454", "name": "Review"}],
        publication_status="ppublish",
        standing="book",
    )
    return replace(whole, **chapter)


RETRACTION = tie(
    "RetractionIn",
    "990000800",
    "Ann Imag Med. 2020 Aug 6;5(1):2. doi: 10.9999/aim.2020.2.",
    "10.9999/aim.2020.2",
)
UNNUMBERED = tie("RetractionIn", None, "Ann Imag Med. 2021 Jan;6(1):9")
TAKEN_BACK = tie("RetractionIn", "990000801", "Ann Imag Med. 2020 Feb 1;5(1):3")
REPLACED = tie("RetractedandRepublishedIn", "990000802", "Ann Imag Med. 2020 Feb 1;5(1):4-9")
WITHDRAWAL = tie("RetractionIn", "990000803", "Ann Imag Med. 2020 Mar 3;5(2):1")
PARTIAL = tie("PartialRetractionIn", "990000804", "Ann Imag Med. 2009 May 2;1(2):3")
ERRATUM = tie("ErratumIn", "990000805", "Ann Imag Med. 2020;5(3):1")
CONCERN = tie("ExpressionOfConcernIn", "990000806", "Ann Imag Med. 2021 Apr 1;6(4):1")
UNNUMBERED_ERRATUM = tie("ErratumIn", None, "Ann Imag Med. 2019 Dec 24;4(9):77")
CORRECTED = tie("CorrectedandRepublishedIn", "990000807", "Ann Imag Med. 2019 Nov 1;4(8):1-9")
UPDATE = tie("UpdateIn", "990000808", "Ann Imag Med. 2023;8(1):CD9")
COMMENT = tie("CommentIn", "990000810", "Ann Imag Med. 2019 Jun 2;4(3):20")
LETTER = tie("CommentIn", "990000814", "Ann Imag Med. 2019;4:5")

COMPLETE = record(
    1,
    "Moss tea and mood in lighthouse keepers: a randomised trial.",
    doi="10.9999/aim.2019.7",
    pmcid="PMC9900001",
    article_ids=[
        {"type": "pubmed", "value": "990000001"},
        {"type": "pmc", "value": "PMC9900001"},
        {"type": "doi", "value": "10.9999/aim.2019.7"},
        {"type": "pii", "value": "AIM-19-0007"},
    ],
    abstract_sections=[
        section("Keepers are said to like moss.", label="BACKGROUND", category="BACKGROUND"),
        section(
            "Twelve keepers drank it, and none was merry.", label="RESULTS", category="RESULTS"
        ),
    ],
    copyright="Copyright 2019 the lighthouse.",
    coi_statement="A.B.F. owns a kettle.",
    electronic_date={"year": 2018, "month": 12, "day": 30},
    history=[
        {"status": "received", "year": 2018, "month": 9, "day": 1},
        {"status": "accepted", "year": 2018, "month": 11, "day": 5},
        {"status": "pubmed", "year": 2018, "month": 12, "day": 31},
    ],
    date_completed="2019-06-01",
    authors=[
        person(
            "Fictus",
            "Ada B",
            "AB",
            suffix="Jr",
            orcid="0000-0002-1694-233X",
            affiliations=["Institute of Moss, Port Nowhere.", "Lighthouse 4, Far Rock."],
        ),
        person("Inventa", "Carl", "C"),
    ],
    publication_types=[JOURNAL_ARTICLE, {"ui": "D016449", "name": "Randomized Controlled Trial"}],
    mesh=[
        {"ui": "D900002", "name": "Lighthouses", "major": False, "qualifiers": []},
        {
            "ui": "D900003",
            "name": "Tea",
            "major": True,
            "qualifiers": [{"ui": "Q900001", "name": "adverse effects", "major": False}],
        },
    ],
    supplementary_concepts=[{"ui": "C900001", "name": "Lamp fever", "type": "Disease"}],
    chemicals=[{"ui": "D900001", "name": "Mossine", "registry_number": "0"}],
    keywords=["moss", "Bryum fictum"],
    gene_symbols=["mos1"],
    personal_name_subjects=[person("Lumen", "Ivo", "I")],
    grants=[
        {"id": "MOSS-1", "acronym": "MO", "agency": "Fund for Moss", "country": "Atlantis"},
        {"id": None, "acronym": None, "agency": "Keepers\u2019 Guild", "country": None},
    ],
    databank_ids=[{"bank": "ClinicalTrials.gov", "accession": "NCT99000001", "origin": "databank"}],
    references=[
        {
            "citation": "Lumen I. Lamps I have known. Ann Imag Med. 1901;1:1.",
            "pmid": "990000900",
            "doi": None,
            "pmcid": None,
        }
    ],
    general_notes=["Read aloud in 2018."],
    indexing_method="Curated",
    publication_model="Print-Electronic",
)

INTEGRITY = {
    "retracted.xml": record(
        2,
        "RETRACTED: Herring as a cure for rain.",
        **typed("D016441", "Retracted Publication"),
        comments_corrections=[RETRACTION],
        integrity="retracted",
        notices=[notice("retraction", RETRACTION, "2020-08-06")],
    ),
    "retracted_by_type_only.xml": record(
        3,
        "Herring as a cure for hail.",
        **typed("D016441", "Retracted Publication"),
        integrity="retracted",
    ),
    "retracted_without_pmid.xml": record(
        4,
        "Herring as a cure for fog.",
        comments_corrections=[UNNUMBERED],
        integrity="retracted",
        notices=[notice("retraction", UNNUMBERED)],
    ),
    "retraction_notice.xml": record(
        5,
        "Retraction: Herring as a cure for rain.",
        **silent(),
        publication_types=[{"ui": "D016440", "name": "Retraction Notice"}],
        comments_corrections=[
            tie("RetractionOf", "990000002", "Ann Imag Med. 2019 Mar 7;4(2):11-19")
        ],
        is_notice=True,
    ),
    "retracted_republished.xml": record(
        6,
        "Herring counted twice.",
        **typed("D016441", "Retracted Publication"),
        comments_corrections=[TAKEN_BACK, REPLACED],
        integrity="retracted_republished",
        notices=[
            notice("retraction", TAKEN_BACK, "2020-02-01"),
            notice("retraction", REPLACED, "2020-02-01"),
        ],
    ),
    "withdrawn.xml": record(
        7,
        "WITHDRAWN: Herring as an umbrella.",
        comments_corrections=[WITHDRAWAL],
        integrity="withdrawn",
        notices=[notice("retraction", WITHDRAWAL, "2020-03-03")],
    ),
    "withdrawn_in_title_only.xml": record(8, "WITHDRAWN: Umbrellas for preventing herring."),
    "partial_retraction.xml": record(
        9,
        "Herring in three colours.",
        comments_corrections=[PARTIAL],
        integrity="corrected",
        notices=[notice("partial_retraction", PARTIAL, "2009-05-02")],
    ),
    "eoc.xml": record(
        10,
        "Herring that glow.",
        comments_corrections=[ERRATUM, CONCERN],
        integrity="expression_of_concern",
        notices=[
            notice("correction", ERRATUM),
            notice("expression_of_concern", CONCERN, "2021-04-01"),
        ],
    ),
    "erratum_without_pmid.xml": record(
        11,
        "Herring by weight.",
        comments_corrections=[UNNUMBERED_ERRATUM],
        integrity="corrected",
        notices=[notice("correction", UNNUMBERED_ERRATUM, "2019-12-24")],
    ),
    "erratum_notice.xml": record(
        12,
        "Correction to: Herring by weight.",
        **silent(),
        publication_types=[{"ui": "D016425", "name": "Published Erratum"}],
        comments_corrections=[
            tie("ErratumFor", "990000010", "Ann Imag Med. 2019 Mar 7;4(2):11-19")
        ],
        is_notice=True,
    ),
    "corrected_and_republished.xml": record(
        13,
        "Herring by length.",
        comments_corrections=[CORRECTED],
        integrity="corrected",
        notices=[notice("correction", CORRECTED, "2019-11-01")],
    ),
    "superseded.xml": record(
        14,
        "Umbrellas for preventing rain.",
        comments_corrections=[UPDATE, tie("UpdateOf", "990000809", "Ann Imag Med. 2011;2(1):CD9")],
        integrity="superseded",
        standing="superseded",
        notices=[notice("superseded", UPDATE)],
    ),
    "commented.xml": record(
        15,
        "Do herring sing?",
        comments_corrections=[
            COMMENT,
            tie("SummaryForPatientsIn", "990000811", "Ann Imag Med. 2019;4(3):21"),
        ],
        notices=[notice("comment", COMMENT, "2019-06-02")],
    ),
    "unknown_ref_type.xml": record(
        16,
        "Herring in verse.",
        comments_corrections=[tie("ParodyIn", "990000812", "Ann Imag Med. 2022;7(1):1")],
        unknown={"RefType ParodyIn": 1},
    ),
    "preprint.xml": record(
        17,
        "Herring before print.",
        publication_types=[{"ui": "D000076942", "name": "Preprint"}],
        medline_status="PubMed-not-MEDLINE",
        publication_model="Electronic",
        publication_status="epublish",
        standing="preprint",
    ),
    "old_types_without_ui.xml": record(
        18,
        "Herring of 1980.",
        **year_only(1980),
        publication_types=[
            {"ui": "", "name": "Journal Article"},
            {"ui": "", "name": "Retracted Publication"},
        ],
        integrity="retracted",
    ),
}

DATES = {
    "no_year.xml": record(
        19,
        "A letter without a date.",
        **year_only(None) | {"date_from": None, "date_to": None},
        medline_date="Undated",
    ),
    "medline_date_range.xml": record(
        20,
        "A very long winter.",
        **year_only(1998) | {"date_from": "1998-12-01", "date_to": "1999-01-31"},
        medline_date="1998 Dec-1999 Jan",
    ),
    "season.xml": record(
        21,
        "Summer notes.",
        **year_only(2004) | {"date_from": "2004-07-01", "date_to": "2004-08-31"},
        season="Jul-Aug",
    ),
    "month_numeric.xml": record(
        22,
        "The seventh month.",
        **year_only(2011) | {"month": 7, "date_from": "2011-07-01", "date_to": "2011-07-31"},
    ),
    "impossible_day.xml": record(
        23,
        "A day too many.",
        **year_only(2015) | {"month": 2, "date_from": "2015-02-01", "date_to": "2015-02-28"},
    ),
    "electronic_date.xml": record(
        24,
        "Online before its year.",
        **year_only(2019),
        electronic_date={"year": 2018, "month": 11, "day": 2},
        publication_model="Print-Electronic",
    ),
}

TEXTS = {
    "markup_in_title.xml": record(
        25,
        "Larus fictus breathes CO2 & sings at 10⁹ Hz: a survey.",
        title_html="<i>Larus fictus</i> breathes CO<sub>2</sub> &amp; sings at 10<sup>9</sup> Hz:"
        " <b>a</b> <u>survey</u>.",
    ),
    "raised_letters.xml": record(
        26,
        "Filtration of tea per 1.73 m².",
        title_html="Filtration of tea per 1.73 m<sup>2</sup>.",
        abstract_sections=[
            section(
                "At 10⁻⁹ mol/L the 5th cup of ¹³C-tea (HbA1c, log₁₀2) was MYD88^(L265P).",
                "At 10<sup>-9</sup> mol/L the 5<sup>th</sup> cup of <sup>13</sup>C-tea"
                " (HbA<sub>1c</sub>, log<sub>10</sub>2) was MYD88<sup>L265P</sup>.",
            )
        ],
    ),
    "mathml.xml": record(
        27,
        "The limit of x² cups.",
        title_html="The limit of x<sup>2</sup> cups.",
        abstract_sections=[
            section(
                "Warmth was (a+b)/√n per cup. x\u0304=χ_i³ was the mean.",
                "Warmth was (a+b)/√n per cup. x\u0304=χ<sub>i</sub><sup>3</sup> was the mean.",
            )
        ],
    ),
    "structured_abstract.xml": record(
        28,
        "An abstract in four parts.",
        abstract_sections=[
            section("To count gulls.", label="AIM", category="OBJECTIVE"),
            section("We counted gulls.", label="METHODS", category="METHODS"),
            section("Gull.", label="LEVEL OF EVIDENCE", category="UNASSIGNED"),
            section("There were gulls."),
        ],
    ),
    "no_abstract.xml": record(29, "Silence.", **silent()),
    "empty_abstract.xml": record(30, "Near silence.", **silent()),
    "other_abstracts.xml": record(
        31,
        "Told three times.",
        other_abstracts=[
            {
                "type": "plain-language-summary",
                "language": "eng",
                "sections": [section("Gulls are birds.")],
            },
            {
                "type": "Publisher",
                "language": "spa",
                "sections": [section("Hay gaviotas.", label="RESULTADOS")],
            },
        ],
    ),
    "vernacular.xml": record(
        32,
        "[The invisible herring].",
        vernacular_title="Der unsichtbare Hering.",
        languages=["ger", "eng"],
    ),
    "title_only_in_vernacular.xml": record(
        33, "", vernacular_title="Der Hering, der nicht da war.", languages=["ger"]
    ),
    "escaped_markup.xml": record(
        34,
        "On <script>alert(1)</script> & other <i>herring</i>.",
        title_html="On &lt;script&gt;alert(1)&lt;/script&gt; &amp; other &lt;i&gt;herring&lt;/i&gt;.",
        abstract_sections=[
            section("x < 5 & y > 3 now", "x &lt; 5 &amp; <b>y &gt; 3</b> now"),
        ],
        unknown={"blink": 1},
    ),
    "whitespace.xml": record(
        35,
        "A title set in lines.",
        abstract_sections=[section("One\xa0gull and one herring.")],
    ),
}

PEOPLE = {
    "collective_author.xml": record(
        36,
        "What the guild found.",
        authors=[person(collective="Keepers\u2019 Guild for Larus Research")],
    ),
    "invalid_author.xml": record(37, "A name spelt twice.", authors_complete=False),
    "orcid_forms.xml": record(
        38,
        "Six ways to write a number.",
        authors=[
            person("Formaa", orcid="0000-0002-1694-233X"),
            person("Formab", orcid="0000-0002-1825-0097"),
            person("Formac", orcid="0000-0001-5109-3700"),
            person("Formad", orcid="0000-0002-1694-233X"),
            person("Formae", orcid="0000-0002-1825-0097"),
            person("Formaf", orcid=None),
        ],
    ),
    "affiliation_identifiers.xml": record(
        39,
        "Where the keepers work.",
        authors=[person("Fictus", "Ada", "A", affiliations=["Department of H2O, Far Rock."])],
    ),
    "equal_contributors.xml": record(
        40,
        "We two.",
        authors=[
            person("Fictus", initials="A", equal_contrib=True),
            person("Inventa", equal_contrib=True),
            person("Lumen", "Ivo", "I", suffix="3rd"),
        ],
    ),
    "no_authors.xml": record(41, "By nobody.", authors=[]),
    "investigators.xml": record(
        42, "Many hands.", authors=[person(collective="HANDS Group")], investigators_count=2
    ),
    "old_affiliation.xml": record(
        43,
        "How addresses used to be kept.",
        **year_only(1994),
        pages="1-2",
        authors=[person("Fictus", "Ada", "A", affiliations=["Lighthouse 2, Far Rock."])],
    ),
}

LINKS = {
    "nested_pmids.xml": record(
        44,
        "Letters about letters.",
        comments_corrections=[tie("CommentOn", "990000813", "Ann Imag Med. 2018;3:1"), LETTER],
        notices=[notice("comment", LETTER)],
    ),
    "reference_article_ids.xml": record(
        45,
        "Standing on giants.",
        doi="10.9999/own.1",
        article_ids=[
            {"type": "pubmed", "value": "990000045"},
            {"type": "doi", "value": "10.9999/own.1"},
        ],
        references=[
            {
                "citation": "Lumen I. On lamps.",
                "pmid": "990000815",
                "doi": "10.9999/lamp.1",
                "pmcid": "PMC9900815",
            },
            {"citation": "Anon. A kettle.", "pmid": None, "doi": None, "pmcid": None},
        ],
    ),
    "doi_in_article_ids_only.xml": record(
        46,
        "A number in one place.",
        doi="10.9999/only.here",
        article_ids=[
            {"type": "pubmed", "value": "990000046"},
            {"type": "doi", "value": "10.9999/Only.Here"},
        ],
    ),
    "invalid_doi.xml": record(47, "A number that was wrong.", doi="10.9999/right"),
    "start_and_end_page.xml": record(48, "From here to there.", pages="232-242"),
    "databanks.xml": record(
        49,
        "Everything on file.",
        abstract_sections=[section("Registered as NCT99000001 and ISRCTN 99000002.")],
        databank_ids=[
            {"bank": "ClinicalTrials.gov", "accession": "NCT99000001", "origin": "databank"},
            {"bank": "ClinicalTrials.gov", "accession": "NCT99000003", "origin": "databank"},
            {"bank": "GEO", "accession": "GSE990001", "origin": "databank"},
            {"bank": "ISRCTN", "accession": "ISRCTN99000002", "origin": "abstract"},
        ],
    ),
    "nct_only_in_abstract.xml": record(
        50,
        "Registered in passing.",
        abstract_sections=[
            section("A trial of gulls."),
            section(
                "NCT99000004; NCT99000004, ACTRN99000000000005, DRKS99000006, NCT990000070.",
                label="TRIAL REGISTRATION",
            ),
        ],
        databank_ids=[
            {"bank": "ClinicalTrials.gov", "accession": "NCT99000004", "origin": "abstract"},
            {"bank": "ANZCTR", "accession": "ACTRN99000000000005", "origin": "abstract"},
            {"bank": "DRKS", "accession": "DRKS99000006", "origin": "abstract"},
        ],
    ),
    "mesh_major_on_qualifier.xml": record(
        51,
        "What matters.",
        mesh=[
            {
                "ui": "D900004",
                "name": "Gulls",
                "major": True,
                "qualifiers": [
                    {"ui": "Q900002", "name": "psychology", "major": True},
                    {"ui": "Q900003", "name": "diet", "major": False},
                ],
            }
        ],
    ),
    "unknown_elements.xml": record(
        52,
        "From the next DTD.",
        authors=[person("Fictus")],
        unknown={"future": 1, "Mood": 1, "HologramList": 1},
    ),
}

ONE_RECORD = {"complete.xml": COMPLETE} | INTEGRITY | DATES | TEXTS | PEOPLE | LINKS

SEVERAL_RECORDS = {
    "versions.xml": [
        record(201, "Draft three.", version=3),
        record(201, "Draft one."),
        record(202, "Another paper."),
    ],
    "delete_citation.xml": [record(203, "The one that stays.")],
    "book.xml": [book(206)],
    "book_chapter.xml": [
        book(
            207,
            title="Wicks",
            title_html="Wicks",
            authors=[person("Cera", "Mia", "M")],
            editors=[person("Lumen", "Ivo", "I")],
        )
    ],
    "articles_and_book.xml": [
        record(208, "Before the book."),
        book(209),
        record(210, "After the book.", **silent()),
    ],
    "no_records.xml": [],
    "comments_and_cdata.xml": [
        record(
            211,
            "Says </PubmedArticle> & means it.",
            title_html="Says &lt;/PubmedArticle&gt; &amp; means it.",
            abstract_sections=[section("Gulls sing.")],
        ),
        record(212, "The one after."),
    ],
    "prefix_on_root.xml": [record(213, "A sum of 2.")],
}
