"""Fetching pages: what is fetched, what is refused, and that what is refused is never connected to."""

import contextlib
import socket
import sys
from ipaddress import ip_address

import pytest

from claims.web import BadAddress, NoPage, Page, TryLater, WebFailure, WebPages
from claims.web.addresses import is_public
from tests.standins.wire import Reply, Server

HOSTILE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::]:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "https://localhost:{port}/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://user@127.0.0.1:{port}/",
    "http://example.org@127.0.0.1:{port}/",
    "http://user:word@example.org/",
    "http://127.0.0.1:{port}\\@example.org/",
    "http://127.0.0.1:{port}#@example.org/",
    "http://127.0.0.1%2f@example.org/",
    "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_GET",
    "data:text/html,hello",
    "javascript:alert(1)",
    "//127.0.0.1:{port}/",
    "http:///nowhere",
    "http://[::1",
    "http://example.org:99999/",
    "http://example.org/\r\nHost:localhost",
    "http://" + "a" * 2000,
    "",
]
CONNECTED = []
IS_WATCHED = []


def hook(event, details):
    if event == "socket.connect" and IS_WATCHED:
        CONNECTED.append(details[1])


sys.addaudithook(hook)


@pytest.fixture
def connections():
    """Return the list of addresses to which this process connects during the test."""
    CONNECTED.clear()
    IS_WATCHED.append(True)
    yield CONNECTED
    IS_WATCHED.clear()


class Site:
    """Replies to each path with what the test says."""

    prefix = "/"

    def __init__(self, **replies):
        self.replies = replies
        self.requests = []

    def reply_to(self, request):
        self.requests.append(request)
        return self.replies[request.path.strip("/")]


@contextlib.contextmanager
def serving(**replies):
    site = Site(**replies)
    server = Server(site)
    server.start()
    site.origin = server.origin
    site.port = server.server_address[1]
    try:
        yield site
    finally:
        server.close()


def fetch(url, **options):
    with WebPages(user_agent="test/1", **{"allow_loopback": True, **options}) as web:
        return web.fetch(url)


def moved(target):
    return Reply(status=302, headers={"Location": target})


def resolving(*answers):
    """Return a resolver that gives one of these addresses after another, whatever it is asked."""
    left = list(answers)

    def resolve(host, port, **options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

    return resolve


def test_page_is_fetched():
    page = Reply(body=b"<p>Caf\xe9</p>", content_type="Text/HTML; charset=ISO-8859-1")
    with serving(page=page) as site:
        got = fetch(f"  {site.origin}/page#part ")

    assert got == Page(f"{site.origin}/page", "text/html", "iso-8859-1", b"<p>Caf\xe9</p>")
    assert site.requests[0].headers["user-agent"] == "test/1"


def test_host_is_named_as_in_the_address():
    with serving(page=Reply(body=b"x")) as site:
        fetch(f"http://article.example:{site.port}/page", resolve=resolving("127.0.0.1"))

    assert site.requests[0].headers["host"] == f"article.example:{site.port}"


@pytest.mark.parametrize(
    ("media_type", "is_html"),
    [("text/html", True), ("application/xhtml+xml", True), ("text/plain", False)],
)
def test_page_may_be_html_or_text(media_type, is_html):
    with serving(page=Reply(body=b"x", content_type=media_type)) as site:
        page = fetch(f"{site.origin}/page")

    assert (page.media_type, page.charset, page.is_html) == (media_type, None, is_html)


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_address_is_never_connected_to(url, connections):
    with serving() as site, pytest.raises(WebFailure) as refusal:
        fetch(url.format(port=site.port), allow_loopback=False)

    assert connections == []
    assert site.requests == []
    assert type(refusal.value) is BadAddress


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "//192.168.0.1/",
        "http://user@127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_redirect_to_a_hostile_address_is_not_followed(target, connections):
    with serving(page=moved(target)) as site, pytest.raises(BadAddress):
        fetch(f"{site.origin}/page")

    assert connections == [("127.0.0.1", site.port)]


def test_redirect_to_loopback_is_not_followed(connections):
    """The first name leads to a public address, as far as this resolver says; the second does not."""
    with serving(page=moved("http://inside.example/")) as site, pytest.raises(BadAddress):
        fetch(
            f"http://outside.example:{site.port}/page",
            resolve=resolving("127.0.0.1", "192.168.0.1"),
        )

    assert connections == [("127.0.0.1", site.port)]


def test_name_is_resolved_once_so_that_it_cannot_change_its_mind(connections):
    with serving(page=Reply(body=b"x")) as site:
        fetch(f"http://rebound.example:{site.port}/page", resolve=resolving("127.0.0.1"))

    assert connections == [("127.0.0.1", site.port)]


def test_name_with_a_public_and_a_private_address_is_refused(connections):
    def resolve(host, port, **options):
        return [(2, 1, 6, "", (each, port)) for each in ("93.184.215.14", "10.0.0.1")]

    with pytest.raises(BadAddress):
        fetch("http://both.example/", resolve=resolve)

    assert connections == []


def test_proxy_of_the_environment_is_not_used(monkeypatch, connections):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")

    with pytest.raises(BadAddress):
        fetch("http://10.0.0.1/")

    assert connections == []


def test_next_address_is_tried_when_one_does_not_answer():
    def resolve(host, port, **options):
        return [(2, 1, 6, "", (each, port)) for each in ("127.0.0.2", "127.0.0.1")]

    with serving(page=Reply(body=b"x")) as site:
        page = fetch(f"http://two.example:{site.port}/page", resolve=resolve)

    assert page.body == b"x"


def test_redirects_are_followed_up_to_five():
    hops = {f"p{n}": moved(f"/p{n + 1}") for n in range(5)}
    with serving(**hops, p5=Reply(body=b"there")) as site:
        page = fetch(f"{site.origin}/p0")

    assert (page.url, page.body) == (f"{site.origin}/p5", b"there")


def test_sixth_redirect_is_one_too_many():
    hops = {f"p{n}": moved(f"/p{n + 1}") for n in range(7)}
    with serving(**hops) as site, pytest.raises(NoPage) as refusal:
        fetch(f"{site.origin}/p0")

    assert [request.path for request in site.requests] == [f"/p{n}" for n in range(6)]
    assert str(refusal.value) == (
        "The address leads on more than 5 times. Save the page in a browser and import the file."
    )


@pytest.mark.parametrize(
    ("reply", "error", "told"),
    [
        (Reply(status=404), NoPage, "The server answered 404 Not Found. Check the address."),
        (Reply(status=503), TryLater, "The server answered 503 Service Unavailable. Try again"),
        (Reply(status=429), TryLater, "The server answered 429 Too Many Requests. Try again"),
        (
            Reply(content_type="application/pdf"),
            NoPage,
            "This is application/pdf, no page of text.",
        ),
        (Reply(content_type=""), NoPage, "This is something without a type, no page of text."),
        (
            Reply(body=b"x" * 2000),
            NoPage,
            "127.0.0.1/page: the reply has more than 1000 bytes. Save",
        ),
        (Reply(drop="close"), TryLater, "127.0.0.1/page: "),
        (Reply(body=b"x" * 50, drip=0.1), NoPage, "127.0.0.1/page: no whole reply within 0.5 s"),
        (Reply(silent=True), TryLater, "127.0.0.1/page: no whole reply within 0.5 s. Check the"),
    ],
    ids=["404", "503", "429", "pdf", "typeless", "long", "dropped", "slow", "silent"],
)
def test_failure_says_what_to_do(reply, error, told):
    with serving(page=reply) as site, pytest.raises(WebFailure) as refusal:
        fetch(f"{site.origin}/page", byte_cap=1000, seconds=0.5)

    assert type(refusal.value) is error
    assert str(refusal.value).startswith(told)


def test_name_that_is_not_known_is_told():
    def resolve(host, port, **options):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(TryLater) as refusal:
        fetch("http://nowhere.example/", resolve=resolve)

    assert str(refusal.value).endswith("Check the address, or try again later.")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_address_on_the_internet_is_public(address):
    assert is_public(ip_address(address))
