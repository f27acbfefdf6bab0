"""The embedded PostgreSQL: a Django database backend that starts its own server."""
