"""What reviewers, blind to each other, settle on: worked out anew whenever one of them has spoken.

People outvote the machine: its assessment counts only while nobody has judged the item. What was
settled by discussion or by an adjudicator stays until they say otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from claims.models import Assessment, Consensus, EvidenceItem, Judgement
from claims.models.evidence import JUDGED
from claims.ruleset.vocabulary import ConsensusMethod

SETTLED_BY_PEOPLE: Final = (ConsensusMethod.DISCUSSED, ConsensusMethod.ADJUDICATED)


def settle_consensus(items: Collection[int], *, now: datetime) -> None:
    """Make the consensus of these items what their submitted assessments say.

    Too few reviewers, or two who disagree on what the ruleset looks at, are no consensus.
    """
    required: Mapping[int, int] = dict(
        EvidenceItem.objects.filter(pk__in=items).values_list(
            "pk", "claim__article__reviewers_required"
        )
    )
    known = {row.item_id: row for row in Consensus.objects.filter(item__in=items)}
    open_items = [
        item for item in required if item not in known or known[item].kind not in SETTLED_BY_PEOPLE
    ]
    assessments = _submitted(open_items)
    wanted = {item: _settled(assessments[item], required[item]) for item in open_items}
    _store({item: row for item, row in wanted.items() if row}, known, now)
    lost = [item for item, row in wanted.items() if row is None and item in known]
    Consensus.objects.filter(item__in=lost).delete()


def _submitted(items: Collection[int]) -> dict[int, list[Assessment]]:
    found: dict[int, list[Assessment]] = defaultdict(list)
    submitted = Assessment.objects.submitted().filter(item__in=items)
    for assessment in submitted.order_by("item", "submitted_at", "pk"):
        found[assessment.item_id].append(assessment)
    return found


def _settled(assessments: list[Assessment], required: int) -> dict[str, Any] | None:
    """Return the columns of the consensus, or None if there is none."""
    people = [each for each in assessments if each.actor == Assessment.Actor.HUMAN]
    voices = people or assessments
    if len(voices) < required or not voices or not _agree(voices):
        return None
    values = {axis: getattr(voices[0], axis) for axis in Judgement.AXES}
    values["kind"] = ConsensusMethod.UNANIMOUS if len(voices) > 1 else ConsensusMethod.SINGLE
    values["reviewers"] = len(people)
    values["rationale"] = voices[0].rationale
    return values


def _agree(voices: list[Assessment]) -> bool:
    return len({tuple(getattr(voice, axis) for axis in JUDGED) for voice in voices}) == 1


def _store(
    wanted: Mapping[int, dict[str, Any]], known: Mapping[int, Consensus], now: datetime
) -> None:
    Consensus.objects.bulk_create(
        Consensus(item_id=item, decided_at=now, **values)
        for item, values in wanted.items()
        if item not in known
    )
    for item, values in wanted.items():
        row = known.get(item)
        if row and any(getattr(row, name) != value for name, value in values.items()):
            Consensus.objects.filter(pk=row.pk).update(decided_at=now, **values)
