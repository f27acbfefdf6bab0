"""The read-only API under /api/v1/: one module a noun, each with its shape, its query and its views.

A noun's shape is a TypedDict. The type checker holds the code that fills it to it, and the OpenAPI
schema is drawn from it. docs/api.md is the guide for clients.
"""
