"""Are two titles one paper's? Tells whether a fetched record is the one a curator expected.

Both titles are brought to the same spelling: NFKC, case-folded, accents, markup and punctuation
dropped, Greek letters spelt out, British spellings made American, "RETRACTED:" taken off. Then they
must agree in every word and number; only hyphens and spaces within words don't count, so
"non-inferiority" is "noninferiority" and "type 1" is never "type 2".

One difference is allowed. PubMed and journals disagree on whether a study's design or group belongs
to the title, so one title may lack an ending that names nothing else: ": a randomized controlled
trial", ". UK Prospective Diabetes Study (UKPDS) Group". Any other ending (a reply, part 2, a
follow-up) makes another paper.
"""

import html
import re
import unicodedata
from typing import Final

#: Fewer words before the ending, and several papers may share them.
LEAST_WORDS: Final = 5

TAG: Final = re.compile(r"</?(?:i|b|u|em|strong|sup|sub)>", re.IGNORECASE)
#: Publishers mark the paper itself so. "Retraction:" or "Erratum:" would be the notice on it.
MARK: Final = re.compile(
    r"\A\W*(?:(?:temporarily )?removed|withdrawn|retracted|retracted article|article retracted)"
    r"\s*[:.\]]\s*|\s*\(author's transl\)|\s*\[retracted\]\W*\Z",
    re.IGNORECASE,
)
ENDING: Final = re.compile(r"[:.?]\s+|\s[-\u2013\u2014]{1,2}\s")
GROUP: Final = re.compile(
    r"\b(?:group|investigators|collaborators|collaboration|consortium|team)\W*\Z", re.IGNORECASE
)
ABBREVIATION: Final = re.compile(r"\b(?:[a-z]\.){2,}")
BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9]) (?=[0-9])")

#: Words of an ending that only says how a study was made; one of TELLING must be among them.
TELLING: Final = {
    *("trial", "trials", "randomized", "cohort", "sectional", "crossover", "meta", "metaanalysis"),
    *("systematic", "mendelian", "multicenter"),
}
DESIGN: Final = TELLING | {
    *(
        "a",
        "an",
        "the",
        "and",
        "of",
        "in",
        "with",
        "from",
        "by",
        "on",
        "two",
        "three",
        "arm",
        "arms",
    ),
    *("single", "double", "triple", "blind", "blinded", "masked", "dummy", "open", "label"),
    *("placebo", "controlled", "control", "non", "cluster", "factorial", "cross", "over"),
    *("parallel", "group", "multi", "center", "international", "nationwide", "national", "case"),
    *("prospective", "retrospective", "observational", "longitudinal", "population", "based"),
    *("registry", "clinical", "pragmatic", "study", "studies", "review", "reviews", "analysis"),
    *("analyzes", "network", "individual", "participant", "patient", "data", "randomization"),
    *("superiority", "equivalence", "noninferiority", "inferiority", "literature", "umbrella"),
}

#: Each Greek letter and its name; Unicode spells one of them its own way.
GREEK: Final = {
    letter: unicodedata.name(chr(letter)).split()[-1].lower().replace("lamda", "lambda")
    for letter in range(ord("\u03b1"), ord("\u03c9") + 1)
}
#: British spellings, as far as medical titles have them. Other words may change too: what matters
#: is that both titles change alike and no two words become one.
SPELLINGS: Final = (
    (re.compile(r"ae(?=[mdcst]|ologi|tiolog)"), "e"),
    (re.compile(r"oe(?=dem|str|soph|t(?:al|us)\b|liac)"), "e"),
    (re.compile(r"(?<=rh)oe(?=a)"), "e"),
    (re.compile(r"(?<=\w{3})our"), "or"),
    (re.compile(r"is(?=e\b|ed\b|es\b|ing\b|ation|er\b)"), "iz"),
    (re.compile(r"ys(?=e\b|ed\b|es\b|ing\b)"), "yz"),
    (re.compile(r"tre\b"), "ter"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"\bleuco"), "leuko"),
    (re.compile(r"\bageing\b"), "aging"),
    (re.compile(r"programme\b"), "program"),
    (re.compile(r"\bvs\b"), "versus"),
    (re.compile(r"&"), " and "),
)


def same_title(a: str, b: str) -> bool:
    """Return whether both are the title of one paper; an empty title is like no other."""
    spelt_a, spelt_b = _joined(words(a)), _joined(words(b))
    if not spelt_a or not spelt_b:
        return False
    return spelt_a == spelt_b or spelt_a == _without_ending(b) or spelt_b == _without_ending(a)


def words(title: str) -> list[str]:
    """Return the words that make a title what it is, in one spelling."""
    text = unicodedata.normalize("NFKC", _bare(title)).casefold().translate(GREEK)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = ABBREVIATION.sub(lambda found: found[0].replace(".", ""), text)
    for variant, spelling in SPELLINGS:
        text = variant.sub(spelling, text)
    # A plus sign tells CD4+ cells from CD4- cells; an apostrophe parts no words.
    text = re.sub(r"['\u2019]", "", text)
    return "".join(c if c.isalnum() or c == "+" else " " for c in text).split()


def _bare(title: str) -> str:
    return MARK.sub("", TAG.sub("", html.unescape(title)))


def _joined(spelt: list[str]) -> str:
    """Return words as one string; numbers stay apart, since 3.7 is not 37."""
    kept = BETWEEN_DIGITS.sub("|", " ".join(spelt))
    return kept.replace(" ", "")


def _without_ending(title: str) -> str | None:
    """Return a title without its last part, if that names a design or a group only."""
    text = _bare(title).rstrip(" .]")
    ends = list(ENDING.finditer(text))
    if not ends:
        return None
    before, ending = words(text[: ends[-1].start()]), text[ends[-1].end() :]
    droppable = GROUP.search(ending) or _is_design(words(ending))
    return _joined(before) if droppable and len(before) >= LEAST_WORDS else None


def _is_design(ending: list[str]) -> bool:
    return DESIGN.issuperset(ending) and not TELLING.isdisjoint(ending)
