"""Marks over a text, cut flat: nothing of the text is lost, and each mark covers what it covered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.marks import Mark, Segment, lanes, segments

TEXT = "Insulin opens the door, and glucose walks in."


@st.composite
def marked_stretches(draw):
    """A stretch of a text of 60 characters, and marks that may overlap, nest, touch or reach beyond."""
    edge = st.integers(0, 60)
    start, end = sorted(draw(st.lists(edge, min_size=2, max_size=2, unique=True)))
    pairs = draw(st.lists(st.lists(edge, min_size=2, max_size=2, unique=True), max_size=8))
    return (start, end), [Mark(n, *sorted(pair)) for n, pair in enumerate(pairs)]


@given(marked_stretches())
def test_segments_join_to_the_stretch(stretch):
    (start, end), marks = stretch

    found = segments((start, end), marks)

    assert [place for each in found for place in range(each.start, each.end)] == [
        *range(start, end)
    ]


@given(marked_stretches())
def test_each_mark_is_over_exactly_its_places(stretch):
    (start, end), marks = stretch

    found = segments((start, end), marks)

    assert {
        mark.key: {p for s in found if mark.key in s.keys for p in range(s.start, s.end)}
        for mark in marks
    } == {mark.key: set(range(max(start, mark.start), min(end, mark.end))) for mark in marks}


@given(marked_stretches())
def test_each_mark_begins_once_where_its_first_character_is(stretch):
    (start, end), marks = stretch

    found = segments((start, end), marks)

    assert sorted((key, each.start) for each in found for key in each.begins) == [
        (mark.key, mark.start) for mark in marks if start <= mark.start < end
    ]


@given(marked_stretches())
def test_marks_that_overlap_have_lanes_of_their_own(stretch):
    _, marks = stretch

    found = lanes(marks)

    assert not [
        (one, other)
        for one in marks
        for other in marks
        if one.key < other.key
        and one.start < other.end
        and other.start < one.end
        and found[one.key] == found[other.key]
    ]


def test_nested_and_overlapping_marks_are_cut_outermost_first():
    door = Mark("door", 0, 22)
    opens = Mark("opens", 8, 13)
    glucose = Mark("glucose", 18, 44)

    assert segments((0, 45), [opens, glucose, door]) == [
        Segment(0, 8, ("door",), ("door",)),
        Segment(8, 13, ("door", "opens"), ("opens",)),
        Segment(13, 18, ("door",)),
        Segment(18, 22, ("door", "glucose"), ("glucose",)),
        Segment(22, 44, ("glucose",)),
        Segment(44, 45),
    ]


def test_marks_on_the_same_words_share_a_segment():
    assert segments((0, 5), [Mark("a", 1, 4), Mark("b", 1, 4)]) == [
        Segment(0, 1),
        Segment(1, 4, ("a", "b"), ("a", "b")),
        Segment(4, 5),
    ]


@pytest.mark.parametrize("mark", [(0, 5), (20, 30)])
def test_mark_outside_the_stretch_is_not_in_it(mark):
    assert segments((5, 20), [Mark("a", *mark)]) == [Segment(5, 20)]


def test_lane_is_free_again_where_a_mark_has_ended():
    marks = [Mark("a", 0, 5), Mark("b", 3, 9), Mark("c", 5, 8), Mark("d", 9, 10)]

    assert lanes(marks) == {"a": 0, "b": 1, "c": 0, "d": 0}
