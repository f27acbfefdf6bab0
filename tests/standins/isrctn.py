"""The ISRCTN registry's query API as a stand-in: XML with the full records of the trials that are found.

A query is a search: it finds every trial that mentions the words. What is not there is an answer
without trials; there is no second page, only a higher limit.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from tests.standins.faults import Fault
from tests.standins.records import DATA_SET
from tests.standins.service import Service
from tests.standins.wire import Reply, Request

XML = "application/xml; charset=UTF-8"
NAMESPACE = "http://www.67bricks.com/isrctn"
NUMBER = re.compile(r"ISRCTN\d{8}", re.IGNORECASE)
HTML = b"<!DOCTYPE html><html><head><title>ISRCTN</title></head><body>Sorry.</body></html>"


class ISRCTN(Service):
    """`studies`: the `fullTrial` elements by number."""

    name = "isrctn"
    prefix = "/isrctn/api/"
    own_replies = frozenset({"429", "404-page"})
    own_conduct = frozenset({"vanish", "wrong_record", "change"})

    def __init__(
        self,
        studies: Mapping[str, str] | None = None,
        *,
        faults: Iterable[Fault] = (),
        log_file: Path | None = None,
    ) -> None:
        super().__init__(faults, log_file)
        self.studies = dict(of_data_set() if studies is None else studies)

    def ids_of(self, request: Request) -> list[str]:
        return [each.upper() for each in NUMBER.findall(request.params.get("q", ""))]

    def play(self, name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
        if name == "404-page":
            return Reply(404, "text/html", HTML)
        retry = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
        return Reply(429, "text/html", HTML, headers=retry)

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        if request.path != f"{self.prefix}query/format/default":
            return Reply(404, "text/html", HTML)
        studies = dict(self.studies)
        for fault in due:
            self._tamper(fault, studies, self.ids_of(request))
        words = request.params.get("q", "").upper()
        found = [study for study in studies.values() if words in study.upper()]
        limit = int(request.params.get("limit", "10"))
        return Reply(200, XML, answer(found[:limit], total=len(found)))

    def _tamper(self, fault: Fault, studies: dict[str, str], asked: list[str]) -> None:
        for number in asked:
            match fault.name:
                case "vanish":
                    studies.pop(number, None)
                case "wrong_record":
                    studies[number] = studies[fault.options["instead"]] + f"<!-- {number} -->"
                case "change":
                    studies[number] = study(number, **fault.options)


def answer(studies: Iterable[str], *, total: int) -> bytes:
    """Return the registry's answer with these trials of so many that were found."""
    listed = "".join(studies)
    return f'<allTrials xmlns="{NAMESPACE}" totalCount="{total}">{listed}</allTrials>'.encode()


def of_data_set() -> dict[str, str]:
    """Return a made-up record for each trial of the data set that only ISRCTN has."""
    trials = yaml.load((DATA_SET / "trials.yaml").read_text("utf-8"), yaml.CSafeLoader)["trials"]
    return {
        each["registry_id"]: study(
            each["registry_id"], each["title"], acronym=each.get("acronym") or ""
        )
        for each in trials
        if each.get("registry") == "isrctn"
    }


def study(
    number: str,
    title: str = "A trial of the stand-in",
    *,
    acronym: str = "",
    target: str = "280",
    final: str = "0",
    override: str = "",
    outcome: str = "Change in body weight",
    nct: str = "",
    published: str = "",
    more: str = "",
) -> str:
    """Return a made-up trial in the shape of the registry; `more` is XML for inside `trial`."""
    digits = number.removeprefix("ISRCTN")
    return f"""<fullTrial>
  <trial lastUpdated="2019-05-14T10:03:05.123456789Z" version="7" publicIdentifierType="isrctn"
         publicIdentifierCanonical="{number}" publicIdentifierDateAssigned="2013-12-18T00:00:00Z">
    <isrctn dateAssigned="2013-12-18T00:00:00Z">{digits}</isrctn>
    <trialDescription thirdPartyFilesAcknowledgement="false">
      <title>{escape(title)}</title>
      <scientificTitle>{escape(title)}: an open randomised controlled trial</scientificTitle>
      <acronym>{escape(acronym)}</acronym>
      <studyHypothesis>Not provided at time of registration</studyHypothesis>
      <primaryOutcomes>
        <outcomeMeasure id="11111111-2222-3333-4444-555555555555">
          <variable>{escape(outcome)}</variable>
          <method>Calibrated scales</method>
          <timepoints>Baseline and 12 months</timepoints>
        </outcomeMeasure>
      </primaryOutcomes>
      <primaryOutcome />
      <secondaryOutcomes />
      <secondaryOutcome>1. Quality of life at 12 months</secondaryOutcome>
    </trialDescription>
    <externalRefs>
      <doi>10.1186/{number}</doi>
      <eudraCTNumber />
      <clinicalTrialsGovNumber>{nct}</clinicalTrialsGovNumber>
      <protocolSerialNumber>Version 3</protocolSerialNumber>
      <secondaryNumbers />
    </externalRefs>
    <trialDesign>
      <studyDesign />
      <primaryStudyDesign>Interventional</primaryStudyDesign>
      <interventionalTrialDesign>
        <allocation>Randomized controlled trial</allocation>
        <masking>Open (masking not used)</masking>
        <assignment>Parallel</assignment>
        <purposes><purpose>Treatment</purpose><purpose>Prevention</purpose></purposes>
      </interventionalTrialDesign>
      <secondaryStudyDesign>Randomised controlled trial</secondaryStudyDesign>
      <overallEndDate>2019-11-01T00:00:00.000Z</overallEndDate>
    </trialDesign>
    <participants>
      <targetEnrolment>{target}</targetEnrolment>
      <totalFinalEnrolment>{final}</totalFinalEnrolment>
      <recruitmentStart>2014-07-25T00:00:00.000Z</recruitmentStart>
      <recruitmentEnd>2016-08-05T00:00:00.000Z</recruitmentEnd>
      <recruitmentStatusOverride>{override}</recruitmentStatusOverride>
    </participants>
    <conditions>
      <condition><description>Type 2 diabetes</description><diseaseClass1>Nutritional</diseaseClass1></condition>
    </conditions>
    <interventions>
      <intervention>
        <description>A diet, given by the practice.</description>
        <interventionType>Other</interventionType>
        <phase>Not Applicable</phase>
        <drugNames />
      </intervention>
    </interventions>
    <results>
      <publicationDetails>{published}</publicationDetails>
      <basicReport />
    </results>
    {more}
  </trial>
  <sponsor id="aaaa"><organisation>A university</organisation></sponsor>
  <contact id="bbbb"><surname>Person</surname><contactDetails><email>person@example.org</email></contactDetails></contact>
</fullTrial>"""
