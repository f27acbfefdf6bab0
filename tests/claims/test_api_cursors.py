import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.api import cursors
from claims.api.cursors import Cursor, Ordering
from claims.api.problems import BadCursor
from claims.models import Claim
from tests.factories import ArticleFactory, ClaimFactory

IN_ORDER = Ordering("claims", ("article", "position", "pk"), (int, int, int))
BY_NAME = Ordering("topics", ("topic",), (str,))


def token(*parts):
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.booleans())
def test_cursor_comes_back_from_its_token(number, is_backwards):
    cursor = Cursor((number, 2, 3), is_backwards)

    assert cursors.decode(cursor.encoded(IN_ORDER), IN_ORDER) == cursor


@given(st.text(max_size=40))
def test_text_that_no_list_gave_is_a_bad_cursor(text):
    with pytest.raises(BadCursor):
        cursors.decode(text, IN_ORDER)


@pytest.mark.parametrize(
    ("text", "ordering"),
    [
        (token("evidence", 0, 1, 2, 3), IN_ORDER),
        (token("claims", 0, 1, 2), IN_ORDER),
        (token("claims", 0, 1, 2, 3, 4), IN_ORDER),
        (token("claims", 2, 1, 2, 3), IN_ORDER),
        (token("claims", [], 1, 2, 3), IN_ORDER),
        (token("claims", 0, 1, 2, "3"), IN_ORDER),
        (token("claims", 0, 1, 2, True), IN_ORDER),
        (token("claims", 0, 1, 2, 3.0), IN_ORDER),
        (token("claims", 0, 1, 2, None), IN_ORDER),
        (token("claims", 0, 1, 2, 2**63), IN_ORDER),
        (token("topics", 0, "a\0"), BY_NAME),
        (token(), IN_ORDER),
        (base64.urlsafe_b64encode(b'{"a": 1}').decode(), IN_ORDER),
        (base64.urlsafe_b64encode(b"7").decode(), IN_ORDER),
        ("", IN_ORDER),
        ("%", IN_ORDER),
    ],
)
def test_token_of_another_make_is_a_bad_cursor(text, ordering):
    with pytest.raises(BadCursor):
        cursors.decode(text, ordering)


@pytest.mark.django_db
def test_rows_after_a_cursor_are_compared_as_rows():
    rows = Claim.objects.values("article", "position", "pk")

    query = str(cursors.after(rows, IN_ORDER, Cursor((1, 2, 3))).query)

    columns = ", ".join(f'"claims_claim"."{name}"' for name in ("article_id", "position", "id"))
    assert f"ROW({columns}) > ROW(1, 2, 3)" in query


@pytest.mark.django_db
def test_pages_go_through_all_rows_forwards_and_backwards():
    articles = ArticleFactory.create_batch(2)
    for n in range(7):
        ClaimFactory(article=articles[n % 2], position=n // 3)
    rows = Claim.objects.values("article", "position", "pk")
    place_of = cursors.place_in(IN_ORDER)

    def page(cursor):
        some = cursors.after(rows, IN_ORDER, cursor)[:4]
        return cursors.cut(list(some), 3, cursor, place_of)

    first = page(None)
    second = page(first.next)
    third = page(second.next)

    in_order = list(rows.order_by("article", "position", "pk"))
    assert [first.rows, second.rows, third.rows] == [in_order[:3], in_order[3:6], in_order[6:]]
    assert (first.previous, third.next) == (None, None)
    assert page(third.previous) == cursors.Page(second.rows, second.next, second.previous)
    assert page(second.previous) == cursors.Page(first.rows, first.next, None)


def test_page_after_the_end_is_empty():
    assert cursors.cut([], 3, Cursor((9,)), tuple) == cursors.Page([], None, None)
