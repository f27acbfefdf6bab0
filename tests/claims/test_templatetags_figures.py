"""Numbers and effects as words, intervals as drawings."""

import pytest

from claims.templatetags.claim_figures import (
    Drawn,
    effect,
    effect_text,
    interval,
    number,
    p_value,
    result,
    result_interval,
)
from tests.factories import ConsensusFactory, TrialResultFactory

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.9, "0.9"),
        (10251, "10,251"),
        (-5.7, f"{MINUS}5.7"),
        (253.0, "253"),
        (1234567.5, "1,234,567.5"),
        (0.0, "0"),
    ],
)
def test_number_reads_well(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("", None, NOTHING, ""), ""),
        (("HR", 0.9, NOTHING, ""), "Hazard ratio 0.90"),
        (("HR", 0.785, NOTHING, ""), "Hazard ratio 0.785"),
        (("change", 253, NOTHING, ""), "Change 253"),
        (("MD", -0.5, NOTHING, "<0.001"), f"Mean difference {MINUS}0.5, p{NBSP}<{NBSP}0.001"),
        (("proportion", None, NOTHING, "<0.001"), f"Proportion, p{NBSP}<{NBSP}0.001"),
        (("OR", 2, (1.1, 3, 95), ""), f"Odds ratio 2.00 (95%{NBSP}CI 1.10 to 3.00)"),
        (("RRR", 25, (7, 40, 90), ""), f"Relative risk reduction 25 (90%{NBSP}CI 7 to 40)"),
        (("RD", 1, (0, 2, None), ""), f"Risk difference 1 (95%{NBSP}CI 0 to 2)"),
    ],
)
def test_effect_is_spelt_out(arguments, text):
    assert effect_text(*arguments) == text


@pytest.mark.parametrize(
    ("p", "text"), [("0.16", "p = 0.16"), ("<0.001", "p < 0.001"), ("= 0.2", "p = 0.2")]
)
def test_p_value_has_a_sign(p, text):
    assert p_value(p) == text.replace(" ", NBSP)


def test_judgements_and_results_read_alike():
    judgement = ConsensusFactory.build(item=None, with_effect=True)
    found = TrialResultFactory.build(trial=None, publication=None, p="0.07")

    assert effect(judgement) == result(found)


def test_interval_of_a_ratio_is_drawn_on_a_logarithmic_scale():
    found = TrialResultFactory.build(
        trial=None, publication=None, estimate=1, ci_low=0.5, ci_high=2
    )

    assert result_interval(found) == Drawn(low=0.0, point=48.8, high=100.0)


def test_interval_beyond_the_scale_ends_at_its_edge():
    found = TrialResultFactory.build(
        trial=None, publication=None, estimate=0.4, ci_low=0.1, ci_high=9
    )

    assert result_interval(found) == Drawn(low=0.0, point=-1.2, high=100.0)


@pytest.mark.parametrize("lacking", [{"effect_measure": "MD"}, {"effect_ci_low": None}])
def test_without_a_ratio_and_its_interval_nothing_is_drawn(lacking):
    assert interval(ConsensusFactory.build(item=None, with_effect=True, **lacking)) is None
