"""The one place that lets markup through lets nothing else through."""

import pytest

from claims.templatetags.claim_markup import markup, title_of
from tests.factories import PublicationFactory


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "H<sub>2</sub>O <i>in vivo</i>, 10<sup>3</sup>",
            "H<sub>2</sub>O <i>in vivo</i>, 10<sup>3</sup>",
        ),
        ("<b>bold</b> <u>under</u>", "<b>bold</b> <u>under</u>"),
        ("p &lt; 0.05 &amp; more", "p &lt; 0.05 &amp; more"),
        ("<script>alert(1)</script>left", "left"),
        ('<i onclick="x()" style="color:red">i</i>', "<i>i</i>"),
        ('<a href="javascript:x()">link</a>', "link"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<svg><script>x</script></svg>ok", "ok"),
        ("<i>never closed", "<i>never closed</i>"),
    ],
)
def test_markup_keeps_five_elements_without_attributes(given, kept):
    assert markup(given) == kept


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"title": "a", "title_html": "<i>a</i><script>"}, "<i>a</i>"),
        ({"title": "p < 0.05 <b>", "title_html": ""}, "p &lt; 0.05 &lt;b&gt;"),
        ({"title": "", "expected_title": "<i>?"}, "&lt;i&gt;?"),
        ({"title": ""}, "No title known"),
    ],
)
def test_title_without_markup_is_escaped(known, shown):
    assert title_of(PublicationFactory.build(**known)) == shown
