"""Results posted at ClinicalTrials.gov: those of the primary outcomes. No network, no Django.

Every value is a string and stays as the sponsor wrote it: "0.98", "<0.001", "NA".
"""

from __future__ import annotations

from sources.json_nodes import Node
from sources.registration import Analysis, Measurement, PostedResult, ResultGroup

PEOPLE = "Participants"


def primary_results(results: Node) -> list[PostedResult]:
    """Return what was posted for each primary outcome; without measurements: not posted yet."""
    outcomes = results.child("outcomeMeasuresModule").children("outcomeMeasures")
    return [_result(node) for node in outcomes if node.text("type") == "PRIMARY"]


def _result(node: Node) -> PostedResult:
    counts = _participants(node)
    return PostedResult(
        measure=node.text("title") or "",
        description=node.markdown("description"),
        time_frame=node.text("timeFrame"),
        population=node.markdown("populationDescription"),
        unit=node.text("unitOfMeasure"),
        parameter=node.text("paramType"),
        dispersion=node.text("dispersionType"),
        groups=[_group(each, counts) for each in node.children("groups")],
        measurements=[
            each for row in node.children("classes") for each in _measurements_of_class(row)
        ],
        analyses=[_analysis(each) for each in node.children("analyses")],
    )


def _participants(node: Node) -> dict[str, str]:
    """Return how many people each group had in this analysis, by the group's id."""
    return {
        count.text("groupId") or "": count.text("value") or ""
        for denominator in node.children("denoms")
        if denominator.text("units") == PEOPLE
        for count in denominator.children("counts")
    }


def _group(node: Node, counts: dict[str, str]) -> ResultGroup:
    group = node.text("id") or ""
    return ResultGroup(
        id=group,
        title=node.text("title"),
        description=node.markdown("description"),
        participants=counts.get(group) or None,
    )


def _measurements_of_class(row: Node) -> list[Measurement]:
    return [
        Measurement(
            group=each.text("groupId") or "",
            title=row.text("title"),
            category=category.text("title"),
            value=each.text("value"),
            spread=each.text("spread"),
            lower=each.text("lowerLimit"),
            upper=each.text("upperLimit"),
            comment=each.markdown("comment"),
        )
        for category in row.children("categories")
        for each in category.children("measurements")
    ]


def _analysis(node: Node) -> Analysis:
    return Analysis(
        groups=node.texts("groupIds"),
        type=node.text("nonInferiorityType"),
        measure=node.text("paramType"),
        estimate=node.text("paramValue"),
        ci_level=node.text("ciPctValue"),
        ci_low=node.text("ciLowerLimit"),
        ci_high=node.text("ciUpperLimit"),
        p=node.text("pValue"),
        method=node.text("statisticalMethod"),
        comment=node.markdown("estimateComment") or node.markdown("pValueComment"),
    )
