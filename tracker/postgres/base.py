"""Django's PostgreSQL backend with a server of its own, started by the first connection.

Django finds this module because the settings' ENGINE names the package.
"""

from collections.abc import Iterable
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base, client

from tracker.postgres import cluster


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the server's own psql."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        command, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(cluster.programs() / "psql"), *command[1:]], environment

    def runshell(self, parameters: Iterable[str]) -> None:
        cluster.ensure(settings.TRACKER_HOME)
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the server, or joins it, whenever a connection is opened: after a crash as at first."""

    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        cluster.hold(settings.TRACKER_HOME)
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if not cluster.ensure(settings.TRACKER_HOME):
                raise
        return super().get_new_connection(conn_params)
