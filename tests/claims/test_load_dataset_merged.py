"""A data set, and a reviewer who has found that one of its publications is another's record."""

import pytest
from django.utils import timezone

from claims.actions.datasets import load_dataset
from claims.models import EvidenceItem
from sources.actions.conflicts import resolve_conflict
from sources.models import Publication
from tests.claims.datasets import DATASET
from tests.factories import IdentityConflictFactory, PublicationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_data_set_is_loaded_again_after_one_of_its_publications_became_another(loaded):
    dropped = EvidenceItem.objects.exclude(publication__doi=None).first().publication
    paper = PublicationFactory(pmid="99999999", fetched=True, identity="in_conflict")
    conflict = IdentityConflictFactory(
        kind="doi_of_two", publication=paper, other_publication=dropped, theirs=dropped.doi
    )
    before = EvidenceItem.objects.count(), EvidenceItem.objects.filter(publication=dropped).count()

    resolve_conflict(
        conflict, resolution="one_keep_this", by=UserFactory(), now=timezone.now(), why="same"
    )
    load_dataset(DATASET, now=timezone.now())

    after = EvidenceItem.objects.count(), EvidenceItem.objects.filter(publication=paper).count()
    assert after == before
    paper.refresh_from_db()
    assert (paper.doi, paper.study_design) == (dropped.doi, dropped.study_design)
    assert Publication.objects.get(pk=dropped.pk).identity == "duplicate"
