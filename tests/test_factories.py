"""Every factory, bare and with each of its traits, makes a row that model and database accept."""

import factory
import pytest
from django.apps import apps

from tests import factories

FACTORIES = [
    value
    for value in vars(factories).values()
    if isinstance(value, type)
    and issubclass(value, factory.django.DjangoModelFactory)
    and value._meta.model is not None
]
TRAITS = [
    (maker, trait)
    for maker in FACTORIES
    for trait, declaration in maker._meta.parameters.items()
    if isinstance(declaration, factory.Trait)
]


@pytest.mark.django_db
@pytest.mark.parametrize("maker", FACTORIES, ids=lambda maker: maker.__name__)
def test_factory_makes_distinct_valid_rows(maker):
    first, second = maker.create_batch(2)

    first.full_clean(exclude=["password"])
    second.full_clean(exclude=["password"])
    assert str(first)
    assert first != second or maker is factories.RateBudgetFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("maker", "trait"), TRAITS, ids=lambda value: getattr(value, "__name__", value)
)
def test_trait_makes_a_valid_row(maker, trait):
    row = maker(**{trait: True})

    row.full_clean(exclude=["password"])
    assert row.pk


@pytest.mark.django_db
def test_judged_item_has_assessment_and_consensus():
    item = factories.EvidenceItemFactory(judged=True, judged__stance="contradicts")

    assert item.consensus.stance == "contradicts"
    assert item.assessments.get().stance == "contradicts"


def test_every_model_has_a_factory():
    models = {
        model
        for app in ("sources", "claims")
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
    }

    assert models - {maker._meta.model for maker in FACTORIES} == set()
