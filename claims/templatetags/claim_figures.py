"""How numbers and effects read on a page, and how intervals are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

from django import template

register = template.Library()

MEASURES = {
    "HR": "Hazard ratio",
    "OR": "Odds ratio",
    "RR": "Risk ratio",
    "MD": "Mean difference",
    "RD": "Risk difference",
    "RRR": "Relative risk reduction",
}
RATIOS = frozenset({"HR", "OR", "RR"})
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"


class Effect(Protocol):
    """What a judgement and a trial's result have in common, under their own prefixes."""

    effect_measure: str
    effect_estimate: float | None
    effect_ci_low: float | None
    effect_ci_high: float | None
    effect_ci_level: float | None
    effect_p: str


@register.filter
def number(value: float | None) -> str:
    """Return 0.9 as "0.9", 10251.0 as "10,251", -5.7 with a proper minus sign."""
    if value is None:
        return ""
    return f"{value:,.10g}".replace("-", MINUS)


@register.filter
def effect(judgement: Effect) -> str:
    """Return "Hazard ratio 0.90 (95% CI 0.78 to 1.04), p = 0.16"; empty without an estimate."""
    measure, estimate = judgement.effect_measure, judgement.effect_estimate
    interval = (judgement.effect_ci_low, judgement.effect_ci_high, judgement.effect_ci_level)
    return effect_text(measure, estimate, interval, judgement.effect_p)


@register.filter
def result(found: Any) -> str:
    """As `effect`, for a trial's result."""
    interval = (found.ci_low, found.ci_high, found.ci_level)
    return effect_text(found.measure, found.estimate, interval, found.p)


def effect_text(
    measure: str,
    estimate: float | None,
    interval: tuple[float | None, float | None, float | None],
    p: str,
) -> str:
    if not measure:
        return ""
    text = MEASURES.get(measure, measure.capitalize())
    if estimate is not None:
        text += f" {_figure(measure, estimate)}"
    low, high, level = interval
    if low is not None and high is not None:
        span = f"{_figure(measure, low)} to {_figure(measure, high)}"
        text += f" ({number(level) or 95}%{NBSP}CI {span})"
    return f"{text}, {p_value(p)}" if p else text


@register.filter
def p_value(p: str) -> str:
    """Return "0.16" as "p = 0.16" and "<0.001" as "p < 0.001"."""
    sign, figure = (p[0], p[1:].strip()) if p[:1] in {"<", ">", "="} else ("=", p)
    return f"p{NBSP}{sign}{NBSP}{figure}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """An interval of a ratio on a logarithmic scale from 0 to 100; 50 is no difference."""

    low: float
    point: float
    high: float


@register.filter
def interval(judgement: Effect) -> Drawn | None:
    """Return how to draw a ratio's interval; None for other measures and without an interval."""
    return _drawn(
        judgement.effect_measure,
        judgement.effect_ci_low,
        judgement.effect_estimate,
        judgement.effect_ci_high,
    )


@register.filter
def result_interval(found: Any) -> Drawn | None:
    """As `interval`, for a trial's result."""
    return _drawn(found.measure, found.ci_low, found.estimate, found.ci_high)


def _drawn(
    measure: str, low: float | None, estimate: float | None, high: float | None
) -> Drawn | None:
    if measure not in RATIOS or low is None or estimate is None or high is None:
        return None
    return Drawn(_position(low), round(_position(estimate) - 1.2, 2), _position(high))


def _position(ratio: float) -> float:
    return round(min(100.0, max(0.0, 50 + 50 * math.log2(ratio))), 2)


def _figure(measure: str, value: float) -> str:
    text = number(value)
    if measure in RATIOS and len(text.partition(".")[2]) < 2:
        text = f"{value:,.2f}".replace("-", MINUS)
    return text
