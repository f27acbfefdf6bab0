"""JSON bodies as bytes, and the revision that names a body's content."""

import hashlib
from typing import Any, TypeVar, cast

import orjson

Body = TypeVar("Body")


def dump(content: Any) -> bytes:
    """Return the JSON of the content; times are in UTC and end with Z."""
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def revised(content: Body, *beside: Any) -> Body:
    """Fill in `revision`, at the place where the content has it: a digest of all the rest.

    `beside` is what the content does not show and a fuller form of it depends on.
    """
    fields = cast(dict[str, Any], content)
    fields["revision"] = None
    fields["revision"] = digest(dump([fields, *beside]))
    return content
