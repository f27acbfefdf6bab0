"""The OpenAPI description of a view, drawn from its shape, its filters and its docstring."""

import inspect
import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from claims.api import problems, shapes

JSON = "application/json"
ETAG = {
    "description": "Strong; names the content. For a resource it is its `revision` in quotes.",
    "schema": {"type": "string"},
}
LINK = {
    "description": "The addresses of the next and the previous page (RFC 8288).",
    "schema": {"type": "string"},
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "An ETag you have: if it is still current, the answer is 304 without a body.",
}
LOCATION = {"Location": {"schema": {"type": "string", "format": "uri"}}}
NULLABLE_LINK = {"type": ["string", "null"], "format": "uri"}
FAILURES = {
    "400": "A parameter that there is not, or a value that it does not take.",
    "404": "There is nothing at this address.",
    "406": "The client accepts no JSON.",
    "412": "If-Match does not name the current revision.",
}


class OperationSchema(AutoSchema):
    """Describes `claims.api.views.ReadView`."""

    registry: ComponentRegistry
    view: Any

    def get_operation(
        self,
        path: str,
        path_regex: str,
        path_prefix: str,
        method: str,
        registry: ComponentRegistry,
    ) -> dict[str, Any] | None:
        self.registry = registry
        view = self.view
        return {
            "operationId": _operation_id(view),
            "summary": view.summary,
            "description": inspect.cleandoc(type(view).__doc__ or ""),
            "tags": [view.tag],
            "parameters": [
                *(self._path_parameter(name) for name in re.findall(r"{(\w+)}", path)),
                *view.query_parameters(),
                IF_NONE_MATCH,
            ],
            "responses": self._responses(is_named="{" in path),
        }

    def _path_parameter(self, name: str) -> dict[str, Any]:
        schema = {"type": "string", "pattern": self.view.path_patterns[name]}
        return {"name": name, "in": "path", "required": True, "schema": schema}

    def _responses(self, *, is_named: bool) -> dict[str, Any]:
        headers = {"ETag": ETAG} | ({"Link": LINK} if self.view.is_list else {})
        failures = {code: text for code, text in FAILURES.items() if is_named or code != "404"}
        return {
            "200": {
                "description": "As asked for.",
                "headers": headers,
                "content": {JSON: {"schema": self._answer()}},
            },
            "304": {"description": "Not modified.", "headers": {"ETag": ETAG}},
            **{code: self._failure(text) for code, text in failures.items()},
            **{code: self._other(code, text) for code, text in self.view.more_answers.items()},
        }

    def _other(self, code: str, text: str) -> dict[str, Any]:
        return {"description": text, "headers": LOCATION} if code[0] == "3" else self._failure(text)

    def _failure(self, text: str) -> dict[str, Any]:
        schema = self.reference(problems.ProblemJSON)
        return {"description": text, "content": {problems.CONTENT_TYPE: {"schema": schema}}}

    def _answer(self) -> dict[str, Any]:
        shape = self.reference(self.view.shape)
        return self._list_of(shape) if self.view.is_list else shape

    def _list_of(self, row: dict[str, Any]) -> dict[str, Any]:
        properties = {
            "next": NULLABLE_LINK,
            "previous": NULLABLE_LINK,
            "results": {"type": "array", "items": row},
            **self.view.extra_properties,
        }
        return {"type": "object", "properties": properties, "required": list(properties)}

    def reference(self, shape: type) -> dict[str, Any]:
        """Return a reference to the component of a shape, registered if it is new."""
        component = ResolvedComponent(
            name=shapes.name_of(shape), type=ResolvedComponent.SCHEMA, schema={}, object=shape
        )
        if component not in self.registry:
            self.registry.register(component)
            component.schema = shapes.object_schema(shape, self.reference)
        return component.ref


def _operation_id(view: Any) -> str:
    """Return the view's name in snake case: ClaimEvidence is claim_evidence."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(view).__name__).lower()
