"""The API's description of itself, as something that answers can be held to."""

import json

from jsonschema import Draft202012Validator, FormatChecker

from claims.api.catalogue import described

SCHEMA = json.loads(described())


def closed(schema):
    """The same schema, under which an object has no property that is not described."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in schema else parts


def answer_schema(path, status="200"):
    content = SCHEMA["paths"][path]["get"]["responses"][status]["content"]
    schema = next(iter(content.values()))["schema"]
    return closed({**schema, "components": SCHEMA["components"]})


def complaints(schema, body):
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
