"""The example of a second article: loaded beside the first, and found in its own text."""

import pytest

from claims.actions.articles import import_text
from claims.actions.datasets import load_dataset
from claims.models import Article
from tests.conftest import ROOT
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

SECOND = ROOT / "fixtures" / "second_article"


def test_second_article_that_comes_with_the_project_follows_the_first(loaded, client):
    report = load_dataset(SECOND, now=NOW)
    again = load_dataset(SECOND, now=NOW)
    article = Article.objects.get(key="early-insulin-and-the-heart")
    text = (SECOND / "article.txt").read_text("utf-8")
    done = import_text(article, text, by=UserFactory(admin=True), now=NOW)

    assert [each.after.label for each in report.verdicts] == ["Supported"]
    assert not again.has_changes
    assert done.counts == {"exact": 2, "relocated": 0, "ambiguous": 0, "orphaned": 0}
    shown = client.get(article.get_absolute_url()).content.decode()
    assert "Insulin glargine given early does not change" in shown
    assert "The ORIGIN trial showed that raising insulin to lower glucose fails." in shown
