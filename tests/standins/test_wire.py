"""The ways in which a stand-in spoils a reply, as a client sees them."""

import socket
import time

import pytest
import requests

from tests.standins.faults import HTML, fault
from tests.standins.records import article
from tests.standins.servers import EutilsStandin

RECORDS = {"123": article("123", "Ünïcödé")}


def serve(*faults):
    return EutilsStandin(RECORDS, faults=faults)


def efetch(standin, timeout=2.0, **options):
    form = {"id": "123", "retmode": "xml"}
    return requests.post(f"{standin.url}efetch.fcgi", data=form, timeout=timeout, **options)


def whole():
    with serve() as standin:
        return efetch(standin).content


@pytest.mark.parametrize("options", [{}, {"framing": "length"}])
def test_cut_breaks_the_connection_in_the_body(options):
    with (
        serve(fault("cut", at=100, **options)) as standin,
        pytest.raises(requests.exceptions.ChunkedEncodingError),
    ):
        efetch(standin)


@pytest.mark.parametrize("at", [300, -5])
def test_truncated_body_ends_as_if_it_were_whole(at):
    with serve(fault("truncate", at=at)) as standin:
        assert efetch(standin).content == whole()[:at]


@pytest.mark.parametrize(
    ("at", "tail"),
    [
        ("in_character", "dé".encode()[:2]),
        ("in_tag", b"<ArticleId"),
        ("in_record", b"</ArticleTitle>"),
        ("before_end", b"</PubmedArticle>"),
    ],
)
def test_body_can_break_off_at_its_worst_places(at, tail):
    with serve(fault("truncate", at=at)) as standin:
        body = efetch(standin).content

    assert whole().startswith(body)
    assert body.endswith(tail)


@pytest.mark.parametrize("at", ["in_character", "in_tag", "in_record", "before_end"])
def test_cut_at_any_place_breaks_the_connection(at):
    with (
        serve(fault("cut", at=at)) as standin,
        pytest.raises(requests.exceptions.ChunkedEncodingError),
    ):
        efetch(standin)


def test_html_can_have_any_status():
    with serve(fault("html"), fault("html", requests=[2], status=502)) as standin:
        replies = [efetch(standin) for _ in range(2)]

    assert [(reply.status_code, reply.content) for reply in replies] == [(200, HTML), (502, HTML)]


def test_status_can_be_any():
    planned = fault("status", status=418, body="teapot", headers={"X-Pot": "yes"})

    with serve(planned) as standin:
        reply = efetch(standin)

    assert (reply.status_code, reply.text, reply.headers["X-Pot"]) == (418, "teapot", "yes")


@pytest.mark.parametrize("name", ["close", "reset"])
def test_connection_can_be_lost_before_the_headers(name):
    with serve(fault(name)) as standin, pytest.raises(requests.ConnectionError, match="aborted"):
        efetch(standin)


def test_silent_server_never_answers():
    with serve(fault("silent")) as standin, pytest.raises(requests.ReadTimeout):
        efetch(standin, timeout=0.2)


def test_slow_server_answers_in_the_end():
    with serve(fault("slow", seconds=0.3)) as standin:
        started = time.monotonic()
        reply = efetch(standin)
        seconds = time.monotonic() - started

    assert reply.content == whole()
    assert seconds >= 0.3


def test_dripping_server_never_times_out_by_the_byte():
    with serve(fault("drip", seconds=0.001, headers=True)) as standin:
        assert efetch(standin, timeout=0.5).content == whole()


def test_bomb_is_small_on_the_wire_and_large_when_read():
    with serve(fault("bomb", megabytes=5)) as standin, efetch(standin, stream=True) as reply:
        packed = reply.raw.read(decode_content=False)

    assert len(packed) < 50_000
    with serve(fault("bomb", megabytes=5)) as standin:
        assert len(efetch(standin).content) == len(whole()) + 5 * 2**20


def test_closing_leaves_no_connection_open():
    with serve(fault("silent")) as standin:
        address = standin._server.server_address
        client = socket.create_connection(address)
        client.settimeout(5)
        client.sendall(b"GET /entrez/eutils/efetch.fcgi?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        while not standin.log.entries:
            time.sleep(0.01)

    assert client.recv(1) == b""
    client.close()


def test_path_of_no_service_is_a_page():
    with serve() as standin:
        reply = requests.get(standin.url.replace("/entrez/", "/elsewhere/"), timeout=2)

    assert reply.status_code == 404
