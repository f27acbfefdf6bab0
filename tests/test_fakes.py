"""The fakes take what the real clients take."""

import inspect

import pytest

from tests.fakes import FakeClinicalTrials, FakeCrossref, FakePubMed


@pytest.mark.parametrize("fake", [FakePubMed, FakeClinicalTrials, FakeCrossref])
def test_a_fake_takes_what_the_real_one_takes(fake):
    [real] = fake.__bases__

    assert list(inspect.signature(fake.fetch).parameters) == list(
        inspect.signature(real.fetch).parameters
    )
