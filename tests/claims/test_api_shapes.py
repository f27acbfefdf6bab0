from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from claims.api import shapes


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class LeafJSON(TypedDict):
    """A leaf of the tree."""

    colour: Annotated[str, Colour]


class TreeJSON(LeafJSON):
    """A tree."""

    id: Annotated[str, shapes.Says("pattern", "^T$"), "Its name."]
    leaves: list[LeafJSON]
    colour_or_none: Annotated[str, Colour] | None
    leaf_or_none: LeafJSON | None
    planted: date | None
    seen: datetime
    height: float
    counts: dict[str, int]
    anything: dict[str, Any]
    kind: Literal["oak", "elm"]
    is_old: NotRequired[bool]


def reference(shape):
    return {"$ref": shapes.name_of(shape)}


def test_object_schema_says_what_the_type_says():
    assert shapes.object_schema(TreeJSON, reference) == {
        "type": "object",
        "description": "A tree.",
        "properties": {
            "colour": {"type": "string", "enum": ["red", "blue"]},
            "id": {"type": "string", "pattern": "^T$", "description": "Its name."},
            "leaves": {"type": "array", "items": {"$ref": "Leaf"}},
            "colour_or_none": {"type": ["string", "null"], "enum": ["red", "blue", None]},
            "leaf_or_none": {"anyOf": [{"$ref": "Leaf"}, {"type": "null"}]},
            "planted": {"type": ["string", "null"], "format": "date"},
            "seen": {"type": "string", "format": "date-time"},
            "height": {"type": "number"},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "anything": {"type": "object", "additionalProperties": {}},
            "kind": {"type": "string", "enum": ["oak", "elm"]},
            "is_old": {"type": "boolean"},
        },
        "required": [
            *("colour", "id", "leaves", "colour_or_none", "leaf_or_none", "planted"),
            *("seen", "height", "counts", "anything", "kind"),
        ],
    }


def test_type_that_has_no_schema_is_refused():
    with pytest.raises(TypeError, match="no schema for set"):
        shapes.schema_of(set[str], reference)
