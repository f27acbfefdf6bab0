"""Effects as numbers: an interval has two ends and a level, and contains its estimate."""

from collections.abc import Iterator

from claims.dataset.records import Effect, TrialResult

RATIOS = ("HR", "OR", "RR")


def faults_of(effect: Effect | TrialResult) -> Iterator[tuple[str, str]]:
    """Yield the field and what is wrong with it."""
    low, high, estimate = effect.ci_low, effect.ci_high, effect.estimate
    if (low is None) != (high is None):
        yield "ci_low", "an interval has two ends"
    elif low is not None and high is not None and not _is_within(estimate, low, high):
        yield "estimate", f"{estimate} is not within its interval {low} to {high}"
    if (effect.ci_level is None) != (low is None):
        yield "ci_level", "goes with an interval"
    elif effect.ci_level is not None and not 50 <= effect.ci_level <= 100:
        yield "ci_level", f"{effect.ci_level} is not within 50 to 100"
    values = (low, high, estimate)
    if effect.measure in RATIOS and any(value is not None and value <= 0 for value in values):
        yield "measure", f"{effect.measure} is a ratio, and a ratio is above zero"


def _is_within(estimate: float | None, low: float, high: float) -> bool:
    return estimate is not None and low <= estimate <= high
