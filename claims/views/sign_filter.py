"""`?verdict=`: an article's claims with one verdict only, as an address that can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from claims.legend import NO_VERDICT, SIGNS, sign_entry
from claims.models import Claim
from claims.views.filters import CONTESTED, VERDICTS
from claims.views.paging import typed
from claims.views.tallies import sign_of, signs_of

LABELS = {**VERDICTS, NO_VERDICT: sign_entry("").label}
ALIKE = {CONTESTED: {"conflicting", "contradicted"}}


@dataclass(frozen=True, slots=True)
class Choice:
    """One verdict to choose; `code` is its sign."""

    code: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SignFilter:
    """What was asked for. `refused` is a word that is no verdict; then all claims are shown."""

    claims: list[Claim]
    choices: tuple[Choice, ...]
    total: int
    label: str = ""
    refused: str = ""

    @classmethod
    def of(cls, request: HttpRequest, claims: Iterable[Claim]) -> SignFilter:
        """Narrow claims that were read `with_verdict()`."""
        claims = list(claims)
        asked = typed(request, "verdict")
        known = asked if asked in LABELS else ""
        wanted = ALIKE.get(known, {known})
        return cls(
            claims=[claim for claim in claims if not known or sign_of(claim) in wanted],
            choices=_choices(claims, known),
            total=len(claims),
            label=LABELS.get(known, ""),
            refused=asked if asked and not known else "",
        )

    @property
    def is_any(self) -> bool:
        return bool(self.label)


def _choices(claims: Iterable[Claim], chosen: str) -> tuple[Choice, ...]:
    counts = signs_of(claims)
    return tuple(
        Choice(code, sign_entry(code).label, counts[code], code == chosen)
        for code in (*SIGNS, NO_VERDICT)
        if counts[code] or code == chosen
    )
