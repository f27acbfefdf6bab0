"""Connections that are made to checked addresses only, whatever the name in the URL says."""

import socket

import requests
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from claims.web.addresses import Resolve, checked_hosts
from sources.http.sessions import TimedHTTPConnection, TimedHTTPSConnection, new_session


def guarded_session(*, resolve: Resolve, allow_loopback: bool) -> requests.Session:
    """Return a session whose every connection is checked; the environment's proxies are not used."""

    class Guarded(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            # The host stays the name, so that `Host`, SNI and the certificate are as they should be.
            try:
                hosts = checked_hosts(
                    self.host, self.port, resolve=resolve, allow_loopback=allow_loopback
                )
                return _connect(self, hosts)
            except OSError as error:
                raise NewConnectionError(self, str(error)) from error

    class GuardedHTTP(Guarded, TimedHTTPConnection):
        pass

    class GuardedHTTPS(Guarded, TimedHTTPSConnection):
        pass

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    session = new_session({"http": HTTPPool, "https": HTTPSPool})
    session.trust_env = False
    return session


def _connect(connection: HTTPConnection, hosts: list[str]) -> socket.socket:
    """Return a socket to the first of these addresses that answers."""
    trouble = OSError("the name has no address")
    for host in hosts:
        try:
            return create_connection(
                (host, connection.port),
                connection.timeout,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            trouble = error
    raise trouble
