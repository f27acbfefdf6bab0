"""Django's PostgreSQL backend, with the server started on the first connection.

Django loads this module because the settings' ENGINE names the package.
"""

from typing import Any

from django.db.backends.postgresql import base

from tracker.postgres import cluster


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the embedded server, or joins it, whenever a connection is opened."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        cluster.ensure(self.settings_dict["HOST"])
        return super().get_new_connection(conn_params)
