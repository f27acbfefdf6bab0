"""From a TypedDict to the JSON Schema of OpenAPI 3.1.

What a type cannot say is said with Annotated: a class of words makes an enumeration, a string is the
description, Says is a keyword of JSON Schema. A TypedDict becomes a component named like it, without the ending JSON.
"""

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]
Register = Callable[[type], Schema]


@dataclass(frozen=True, slots=True)
class Says:
    """A keyword of JSON Schema with its value; a tuple is written as an array."""

    keyword: str
    value: str | tuple[Any, ...]


BASIC: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
    Any: {},
}


def name_of(shape: type) -> str:
    return shape.__name__.removesuffix("JSON")


def object_schema(shape: type, register: Register) -> Schema:
    """Return the schema of a TypedDict; `register` gives the reference to another one."""
    hints = get_type_hints(shape, include_extras=True)
    return {
        "type": "object",
        "description": inspect.cleandoc(shape.__doc__ or ""),
        "properties": {name: schema_of(hint, register) for name, hint in hints.items()},
        "required": [name for name in hints if name in shape.__required_keys__],  # type: ignore[attr-defined]
    }


def schema_of(hint: Any, register: Register) -> Schema:
    """Return the schema of a type."""
    if hint in BASIC:
        return dict(BASIC[hint])
    if is_typeddict(hint):
        return register(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:], register)
    if origin in (Required, NotRequired):
        return schema_of(arguments[0], register)
    if origin in (Union, types.UnionType):
        return _either([schema_of(argument, register) for argument in arguments])
    return _collection(hint, origin, arguments, register)


def _collection(hint: Any, origin: Any, arguments: tuple[Any, ...], register: Register) -> Schema:
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], register)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], register)}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    raise TypeError(f"no schema for {hint!r}")


def _annotated(hint: Any, notes: tuple[Any, ...], register: Register) -> Schema:
    schema = schema_of(hint, register)
    for note in notes:
        if isinstance(note, type) and issubclass(note, Enum):
            schema["enum"] = [member.value for member in note]
        elif isinstance(note, str):
            schema["description"] = note
        elif isinstance(note, Says):
            schema[note.keyword] = list(note.value) if isinstance(note.value, tuple) else note.value
    return schema


def _either(schemas: list[Schema]) -> Schema:
    """Join schemas; "or null" goes into the type, as OpenAPI 3.1 writes it."""
    null = {"type": "null"}
    others = [schema for schema in schemas if schema != null]
    if len(others) == len(schemas) or len(others) > 1 or "$ref" in others[0]:
        return {"anyOf": schemas}
    schema = others[0] | {"type": [others[0]["type"], "null"]}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
