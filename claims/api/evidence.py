"""Evidence items: what the reviewers agreed on about each, and what it counts for in the current verdict.

Only the consensus is told. An assessment on the way to it stays with its reviewer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from django.db.models import (
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat, JSONObject
from django.http import Http404

from claims.api import addresses, cited, claims, filters, judgements, lookups, words
from claims.api.bodies import revised
from claims.api.cursors import Ordering
from claims.api.views import Listing, Resource
from claims.models import EvidenceItem, Verdict
from claims.ruleset import vocabulary
from sources.models import Report, Trial

AWAITING_CONSENSUS = "awaiting consensus"
NOT_IN_VERDICT = "not in the current verdict"
COLUMNS = (
    "pk",
    "claim",
    "claim__key",
    "finding",
    "origin",
    "added_at",
    "ruling",
    *(f"consensus__{column}" for column in judgements.COLUMNS),
    *(f"publication__{column}" for column in cited.PUBLICATION),
    *(f"trial__{column}" for column in cited.TRIAL),
)


class ClaimNameJSON(TypedDict):
    """The claim that an item bears on."""

    id: words.ClaimID
    key: str


class EvidenceJSON(TypedDict):
    """One finding of one publication or trial that bears on one claim.

    From stance to rationale it is what the reviewers agreed on, null before they have.
    """

    id: words.EvidenceID
    claim: ClaimNameJSON
    url: words.URL
    finding: Annotated[str, "A short label of what was found."]
    stance: words.Stance | None
    directness: words.Directness | None
    directness_reasons: list[words.DirectnessReason] | None
    scope: words.Scope | None
    finding_role: words.FindingRole | None
    study_design: words.StudyDesign | None
    n: Annotated[int | None, "Sample size."]
    effect: Annotated[judgements.EffectJSON | None, "Null when no number was taken."]
    risk_of_bias: judgements.RiskOfBiasJSON | None
    rationale: str | None
    counted: Annotated[bool, "Whether it counts in the current verdict."]
    not_counted_reason: str | None
    tier: Annotated[words.Tier | None, "How much it weighs by the ruleset."]
    origin: words.Origin
    publication: cited.PublicationCitationJSON | None
    trial: cited.TrialCitationJSON | None
    revision: words.Revision
    api_url: words.URL
    unit: Annotated[str | None, "What counts once: a trial, else a publication."]
    consensus: Annotated[
        words.ConsensusMethod | None, "How the reviewers came to agree; null before they have."
    ]
    added_at: datetime


class EvidenceFilters(filters.StrictFilterSet):
    """By what the reviewers agreed on, by what counts, and by claim and source."""

    stance = filters.OneOf(
        vocabulary.Stance, field_name="consensus__stance", help_text="By where it points."
    )
    counted = filters.Flag(
        method="counting", help_text="By whether it counts in the current verdict of its claim."
    )
    design = filters.OneOf(
        vocabulary.StudyDesign, field_name="consensus__study_design", help_text="By study design."
    )
    claim = filters.Matching(
        lookups.CLAIM, lookups.CLAIM_TAKES, method="on_claim", help_text="By claim, id or key."
    )
    publication = filters.Matching(
        lookups.PUBLICATION,
        lookups.PUBLICATION_TAKES,
        method="of_publication",
        help_text="By publication.",
    )
    trial = filters.Matching(
        lookups.TRIAL,
        lookups.TRIAL_TAKES,
        method="of_trial",
        help_text="By trial, its number or a former one: the registry's record, and publications "
        "that report it.",
    )
    origin = filters.OneOf(vocabulary.Origin, help_text="By how it came here.")

    def counting(self, rows: Any, name: str, counted: bool) -> Any:
        # An item that no verdict speaks of has no ruling, and does not count either.
        counting = Q(ruling__counted=True)
        return rows.filter(counting) if counted else rows.filter(~counting | Q(ruling__isnull=True))

    def on_claim(self, rows: Any, name: str, claim: str) -> Any:
        return rows.filter(lookups.claim_named(claim, "claim__"))

    def of_publication(self, rows: Any, name: str, publication: str) -> Any:
        return rows.filter(lookups.publication_named(publication, "publication__"))

    def of_trial(self, rows: Any, field: str, trial: str) -> Any:
        meant = Trial.objects.known_as(trial.upper()).values("pk")
        reported = Report.objects.filter(publication=OuterRef("publication"), trial__in=meant)
        return rows.filter(Q(trial__in=meant) | Exists(reported))


class EvidenceList(Listing):
    """The evidence items of all public claims, claim by claim."""

    tag = "evidence"
    shape = EvidenceJSON
    summary = "List evidence items"
    ordering = Ordering("evidence", ("claim", "pk"), (int, int))
    filterset = EvidenceFilters

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return public_rows()

    def represent(self, row: Any) -> EvidenceJSON:
        return evidence(row)


class ClaimEvidence(EvidenceList):
    """The evidence items of one claim. A compound claim has none: its parts have them."""

    summary = "List a claim's evidence items"
    path_patterns = {"claim": lookups.CLAIM}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return public_rows().filter(claim=claims.named_claim(names["claim"]))


class EvidenceDetail(Resource):
    """One evidence item."""

    tag = "evidence"
    shape = EvidenceJSON
    summary = "Read an evidence item"
    path_patterns = {"item": lookups.EVIDENCE}

    def read(self, **names: str) -> EvidenceJSON:
        row = public_rows().filter(lookups.evidence_named(names["item"])).first()
        if row is None:
            raise Http404
        return evidence(row)


def public_rows() -> QuerySet[Any, Any]:
    """Return items of public claims as rows with their consensus, source and ruling, in one query."""
    items = EvidenceItem.objects.of_public_claims().annotate(ruling=_ruling())
    rows: QuerySet[Any, Any] = items.values(*COLUMNS)
    return rows


def _ruling() -> Subquery:
    """Return what the trace of the current verdict says of an item."""
    key = Concat(Value("EVI-"), Cast(OuterRef("pk"), TextField()))
    found = Func(
        F("trace"),
        Func(Value("$.items[*] ? (@.key == $key)"), template="%(expressions)s::jsonpath"),
        JSONObject(key=key),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    current = Verdict.objects.current().filter(claim=OuterRef("claim"))
    return Subquery(current.annotate(found=found).values("found")[:1])


def evidence(row: Mapping[str, Any]) -> EvidenceJSON:
    name = f"EVI-{row['pk']}"
    claim = claims.public_id(row["claim"])
    ruling = row["ruling"] or {}
    judged = judgements.judgement(row)
    content: EvidenceJSON = {
        "id": name,
        "claim": {"id": claim, "key": row["claim__key"]},
        "url": addresses.site(f"/{addresses.claim(claim)}#{name}"),
        "finding": row["finding"],
        **judged,
        "counted": bool(ruling.get("counted")),
        "not_counted_reason": _not_counted_reason(row),
        "tier": ruling.get("tier"),
        "origin": row["origin"],
        "publication": cited.publication(row),
        "trial": cited.trial(row),
        "revision": "",
        "api_url": addresses.api(f"evidence/{name}/"),
        "unit": ruling.get("unit"),
        "consensus": row["consensus__kind"],
        "added_at": row["added_at"],
    }
    return revised(content)


def _not_counted_reason(row: Mapping[str, Any]) -> str | None:
    ruling = row["ruling"]
    if row["consensus__kind"] is None:
        return AWAITING_CONSENSUS
    if ruling is None:
        return NOT_IN_VERDICT
    return None if ruling["counted"] else str(ruling["reason"]).replace("_", " ")
