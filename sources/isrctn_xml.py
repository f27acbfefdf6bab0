"""A trial of the ISRCTN registry, from the bytes of a query's answer to a record. No network, no Django.

The answer is `allTrials` with the full records of all trials that mention what was asked for, so a
record is found by its number. Unknown elements are passed over. Contact persons are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from sources.identifiers import IllegalIdentifier, parse_isrctn, parse_pmid
from sources.json_nodes import DATE
from sources.registration import (
    Intervention,
    Malformed,
    Outcome,
    TrialRecord,
    TrialReference,
)

PARSER_VERSION: Final = "1"
__all__ = ["PARSER_VERSION", "Malformed", "parse_answer"]

MOST_ENROLLED: Final = 99_999_999
#: What registrants write, or the registry puts, where there is nothing to say.
NOTHING: Final = re.compile(
    r"(not (provided|available|specified)( at (the )?time of registration)?|nil known.*|n/?a|none)\W*",
    re.IGNORECASE | re.DOTALL,
)
ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4"}
PHASE: Final = re.compile(r"phase (IV|I{1,3})(?:/(IV|I{1,3}))?", re.IGNORECASE)
PUBMED_LINK: Final = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(?:\?term=)?([0-9]{1,9})", re.I)


def parse_answer(body: bytes, isrctn: str) -> TrialRecord | None:
    """Return the trial of this number, or None when the registry has none.

    Raises Malformed for what is no answer of the registry, and when the number may be among
    the trials that a long answer leaves out.
    """
    answer = _load(body)
    trials = answer.all("fullTrial")
    for full in trials:
        if _number(full.child("trial")) == isrctn:
            return _record(isrctn, full)
    total = answer.attribute("totalCount") or ""
    if not total.isdecimal():
        raise Malformed("an answer without totalCount")
    if int(total) > len(trials):
        raise Malformed(f"{isrctn} is not among the first {len(trials)} of {total} trials")
    return None


@dataclass(frozen=True, slots=True)
class _Element:
    """An XML element, or nothing; its children are named without their namespace."""

    found: etree._Element | None
    unknown: list[str] = field(default_factory=list)

    def all(self, *path: str) -> list[_Element]:
        level = [] if self.found is None else [self.found]
        for name in path:
            level = [child for parent in level for child in parent.iterchildren(f"{{*}}{name}")]
        return [_Element(each, self.unknown) for each in level]

    def child(self, *path: str) -> _Element:
        return next(iter(self.all(*path)), _Element(None, self.unknown))

    def attribute(self, name: str) -> str | None:
        return None if self.found is None else self.found.get(name)

    def text(self, *path: str) -> str | None:
        """Return the words of an element, None where it only says that there is nothing to say."""
        element = self.child(*path).found
        words = "" if element is None else "".join(map(str, element.itertext())).strip()
        return None if not words or NOTHING.fullmatch(words) else words

    def line(self, *path: str) -> str | None:
        words = self.text(*path)
        return " ".join(words.split()) if words else None

    def lines(self, *path: str) -> list[str]:
        return [words for each in self.all(*path) if (words := each.line())]

    def doubt(self, *path: str) -> None:
        self.unknown.append("/".join(path))

    def date(self, *path: str) -> str | None:
        return self.day_of(self.text(*path), *path)

    def day_of(self, moment: str | None, *path: str) -> str | None:
        day = (moment or "").partition("T")[0]
        if not day or DATE.fullmatch(day):
            return day or None
        self.doubt(*path)
        return None

    def count(self, *path: str) -> int | None:
        """Return a number of people; the registry writes 0 for one that is not known yet."""
        said = (self.text(*path) or "").replace(",", "")
        if re.fullmatch("[0-9]+", said, re.ASCII) and int(said) < MOST_ENROLLED:
            return int(said) or None
        if said:
            self.doubt(*path)
        return None


def _load(body: bytes) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"not XML: {error}") from None
    name = etree.QName(root).localname
    # The registry's answers have no document type, and so no entities to be blown up.
    if name != "allTrials" or root.getroottree().docinfo.internalDTD is not None:
        raise Malformed(f"not an answer of ISRCTN: it begins with {name}")
    return _Element(root)


def _number(trial: _Element) -> str | None:
    digits = trial.line("isrctn") or ""
    given = trial.attribute("publicIdentifierCanonical") or f"ISRCTN{digits}"
    try:
        return parse_isrctn(given)
    except IllegalIdentifier:
        return None


def _record(isrctn: str, full: _Element) -> TrialRecord:
    trial = _Element(full.child("trial").found)
    description, design = trial.child("trialDescription"), trial.child("trialDesign")
    planned = design.child("interventionalTrialDesign")
    people = trial.child("participants")
    final = people.count("totalFinalEnrolment")
    sponsors = full.lines("sponsor", "organisation")
    return TrialRecord(
        registry_id=isrctn,
        secondary_ids=_other_numbers(trial.child("externalRefs")),
        acronym=description.line("acronym"),
        brief_title=description.line("title"),
        official_title=description.line("scientificTitle"),
        status=people.line("recruitmentStatusOverride"),
        phases=_phases(trial),
        study_type=design.line("primaryStudyDesign"),
        allocation=planned.line("allocation") or _randomised(design),
        masking=planned.line("masking"),
        intervention_model=planned.line("assignment"),
        primary_purpose=", ".join(planned.lines("purposes", "purpose")) or None,
        enrollment=final or people.count("targetEnrolment"),
        enrollment_type="ACTUAL"
        if final
        else "ESTIMATED"
        if people.line("targetEnrolment")
        else None,
        interventions=[_intervention(each) for each in trial.all("interventions", "intervention")],
        conditions=trial.lines("conditions", "condition", "description"),
        primary_outcomes=_outcomes(description, "primaryOutcome"),
        secondary_outcomes=_outcomes(description, "secondaryOutcome"),
        start_date=people.date("recruitmentStart"),
        completion_date=design.date("overallEndDate"),
        first_posted=trial.day_of(_assigned(trial), "publicIdentifierDateAssigned"),
        last_update_posted=trial.day_of(trial.attribute("lastUpdated"), "lastUpdated"),
        sponsor=sponsors[0] if sponsors else None,
        collaborators=sponsors[1:],
        references=_references(trial),
        has_results=trial.text("results", "basicReport") is not None,
        unknown=trial.unknown,
    )


def _other_numbers(refs: _Element) -> list[str]:
    numbers = [
        refs.line(name) for name in ("clinicalTrialsGovNumber", "eudraCTNumber", "irasNumber")
    ]
    secondary = refs.lines("secondaryNumbers", "secondaryNumber")
    serial = refs.line("protocolSerialNumber")
    return list(dict.fromkeys(each for each in (*numbers, *secondary, serial) if each))


def _assigned(trial: _Element) -> str | None:
    return trial.attribute("publicIdentifierDateAssigned") or trial.child("isrctn").attribute(
        "dateAssigned"
    )


def _randomised(design: _Element) -> str | None:
    """Return what older registrations say in place of an allocation, in their words."""
    said = design.line("secondaryStudyDesign") or ""
    return said if "randomi" in said.lower() else None


def _phases(trial: _Element) -> list[str] | None:
    """Return phases as ClinicalTrials.gov writes them: "Phase II/III" is PHASE2 and PHASE3."""
    said = trial.lines("interventions", "intervention", "phase")
    phases: list[str] = []
    for each in said:
        if written := PHASE.fullmatch(each):
            phases += [f"PHASE{ROMAN[part.upper()]}" for part in written.groups() if part]
        elif each.lower() == "not applicable":
            phases.append("NA")
        else:
            trial.doubt("interventions", "intervention", "phase")
    return sorted(set(phases)) or None


def _intervention(element: _Element) -> Intervention:
    return Intervention(
        type=element.line("interventionType"),
        name=element.line("drugNames") or element.line("interventionType"),
        description=element.text("description"),
        arms=[],
        other_names=[],
    )


def _outcomes(description: _Element, name: str) -> list[Outcome]:
    """Return outcomes measure by measure, or the one text that older registrations have."""
    measures = [
        Outcome(
            measure=each.line("variable") or "",
            description=each.text("method"),
            time_frame=each.line("timepoints"),
        )
        for each in description.all(f"{name}s", "outcomeMeasure")
    ]
    whole = description.text(name)
    if not measures and whole:
        return [Outcome(measure=whole, description=None, time_frame=None)]
    return measures


def _references(trial: _Element) -> list[TrialReference]:
    """Return the papers that the registration names, each PMID once.

    The registry tells articles with results from protocols; it gives no other reference.
    """
    found = [_output(each) for each in trial.all("outputs", "output")]
    for line in (trial.text("results", "publicationDetails") or "").splitlines():
        found += [_cited(line, match) for match in PUBMED_LINK.finditer(line)]
    # Outputs come first: they say better than the older free text what each paper is.
    once: dict[str | None, TrialReference] = {}
    for each in found:
        once.setdefault(each["pmid"] or each["citation"], each)
    return list(once.values())


def _output(element: _Element) -> TrialReference:
    kind = element.attribute("outputType") or ""
    link = element.child("externalLink").attribute("url") or ""
    match = PUBMED_LINK.search(link)
    said = ": ".join(part for part in (kind, element.line("description"), link) if part)
    return _reference(match, is_result="results" in kind.lower(), citation=said or None)


def _cited(line: str, match: re.Match[str]) -> TrialReference:
    before = line[: match.start()].lower()
    is_result = "result" in before and "protocol" not in before
    return _reference(match, is_result=is_result, citation=line.strip())


def _reference(
    match: re.Match[str] | None, *, is_result: bool, citation: str | None
) -> TrialReference:
    return TrialReference(
        pmid=_pmid(match),
        type="RESULT" if is_result else None,
        citation=citation,
        retractions=[],
    )


def _pmid(match: re.Match[str] | None) -> str | None:
    try:
        return parse_pmid(match[1]) if match else None
    except IllegalIdentifier:
        return None
