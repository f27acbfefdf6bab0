"""What all clients' HTTP has in common, where one service's tests do not show it: TLS and proxies."""

import shutil
import ssl
import subprocess
import time

import pytest

from sources.http import Failure, Timeouts, Wire
from tests.standins.eutils import Eutils
from tests.standins.faults import fault
from tests.standins.records import article
from tests.standins.servers import EutilsStandin
from tests.standins.wire import Server

RECORDS = {"123": article("123")}
DRIPS = [
    (fault("drip", seconds=0.05), 200),
    (fault("drip", seconds=0.05, framing="length"), 200),
    (fault("drip", seconds=0.05, framing="close"), 200),
    (fault("drip", seconds=0.05, headers=True), None),
]


def efetch(url, *, deadline=0.5, wait=None):
    """Return the status and the body of a reply, or raise the failure."""
    timeouts = Timeouts(connect=1.0, read=deadline, deadline=deadline)
    wire = Wire(url, user_agent="test", failure=Failure, timeouts=timeouts, wait=wait)
    try:
        reply = wire.send(
            "POST", "efetch.fcgi", deadline=wire.deadline(), form={"id": "123", "retmode": "xml"}
        )
    finally:
        wire.close()
    return reply.status, reply.body


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the file of a certificate for loopback, with its key."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl program to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "loopback.pem"
    said = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=loopback"
    names = [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        file,
        "-out",
        file.with_suffix(".crt"),
    ]
    subprocess.run([openssl, *said.split(), *names], check=True, capture_output=True)
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


@pytest.fixture
def serve_over_tls(certificate, monkeypatch):
    """Return the function that starts a stand-in over TLS and returns its URL."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    servers = []

    def serve(*faults):
        server = Server(Eutils(RECORDS, faults=faults))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.start()
        servers.append(server)
        return server.origin.replace("http:", "https:") + Eutils.prefix

    yield serve
    for server in servers:
        server.close()


def test_reply_over_tls_is_read(serve_over_tls):
    status, body = efetch(serve_over_tls())

    assert (status, RECORDS["123"] in body) == (200, True)


@pytest.mark.parametrize(("drip", "status"), DRIPS)
def test_deadline_holds_over_tls(serve_over_tls, drip, status):
    url = serve_over_tls(drip)
    started = time.monotonic()

    with pytest.raises(Failure) as caught:
        efetch(url)

    assert caught.value.http_status == status
    assert time.monotonic() - started < 2.0


def test_unknown_certificate_is_refused(serve_over_tls, monkeypatch):
    url = serve_over_tls()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(Failure, match="certificate verify failed") as caught:
        efetch(url)

    assert (caught.value.outcome, caught.value.http_status) == ("network", None)


@pytest.fixture
def proxied(monkeypatch):
    """Return the function that makes a stand-in the proxy for everything, and returns a far URL."""

    def through(standin):
        monkeypatch.setenv("http_proxy", standin.url.removesuffix(Eutils.prefix))
        monkeypatch.delenv("no_proxy")
        monkeypatch.delenv("NO_PROXY")
        return f"http://eutils.test{Eutils.prefix}"

    return through


def test_proxy_of_the_environment_is_used(proxied):
    with EutilsStandin(RECORDS) as standin:
        status, _body = efetch(proxied(standin))

        assert (status, standin.log.entries[0].headers["host"]) == (200, "eutils.test")


@pytest.mark.parametrize(("drip", "status"), DRIPS)
def test_deadline_holds_through_a_proxy(proxied, drip, status):
    started = time.monotonic()

    with EutilsStandin(RECORDS, faults=[drip]) as standin, pytest.raises(Failure) as caught:
        efetch(proxied(standin))

    assert caught.value.http_status == status
    assert time.monotonic() - started < 2.0


def test_other_errors_of_the_budget_are_not_swallowed():
    class Paused(Exception):
        pass

    def wait(seconds):
        raise Paused

    with EutilsStandin(RECORDS) as standin:
        with pytest.raises(Paused):
            efetch(standin.url, wait=wait)

        assert len(standin.log) == 0
