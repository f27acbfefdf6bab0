"""HTTP for the stand-ins: a request as they see it, and a reply with all the ways to spoil it."""

import contextlib
import gzip
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

PIECE = 8192


@dataclass(frozen=True)
class Request:
    """A request; `params` are those of the URL and of a form body, the last of a name winning."""

    at: float
    method: str
    path: str
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    address: str


@dataclass(frozen=True)
class Reply:
    """A reply and the way it is sent.

    `delay`: seconds before the first byte. `drip`: seconds between two bytes of the body, and of
    the headers too if `drip_headers`. `cut`: bytes of the body after which the connection breaks.
    `silent`: nothing is ever sent. `drop`: the connection is closed, or reset, before the headers.
    `encoded`: a body that is gzip already. `framing`: how its end is told, by chunks, by a "length"
    in the headers or by the "close" of the connection.
    """

    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    framing: str = "chunked"
    compressed: bool = True
    encoded: bytes | None = None
    delay: float = 0.0
    drip: float = 0.0
    drip_headers: bool = False
    cut: int | None = None
    silent: bool = False
    drop: str = ""


class Application(Protocol):
    """One service of a stand-in server: `prefix` is the beginning of its paths."""

    prefix: str

    def reply_to(self, request: Request) -> Reply: ...


class Server(ThreadingHTTPServer):
    """Serves applications on loopback until it is closed, with a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *applications: Application, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.applications = applications
        self.closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that go away are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Finds the application for a path and sends its reply in the way the reply says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def parse_request(self) -> bool:
        self.arrived_at = time.monotonic()
        return super().parse_request()

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *args: Any) -> None:
        """Keep quiet: the request log is the record."""

    def _answer(self) -> None:
        request = self._read()
        for application in self.server.applications:
            if request.path.startswith(application.prefix):
                self._send(application.reply_to(request))
                return
        self._send(Reply(404, "text/html", b"<!DOCTYPE html><title>404 Not Found</title>"))

    def _read(self) -> Request:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pairs = parse_qsl(url.query, keep_blank_values=True)
        if self.headers.get_content_type() == "application/x-www-form-urlencoded":
            pairs += parse_qsl(body.decode(), keep_blank_values=True)
        return Request(
            at=self.arrived_at,
            method=self.command,
            path=url.path,
            url=self.path,
            params=dict(pairs),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            address=self.client_address[0],
        )

    def _send(self, reply: Reply) -> None:
        self.close_connection = self.close_connection or reply.cut is not None or bool(reply.drop)
        if reply.drop:
            self._drop(reply.drop)
        elif reply.silent:
            self.server.closing.wait()
            self.close_connection = True
        else:
            self.server.closing.wait(reply.delay)
            body, headers = self._encode(reply)
            self._send_head(reply, headers)
            self._send_body(reply, body)

    def _drop(self, how: str) -> None:
        if how == "reset":
            # With a linger time of zero the kernel sends RST where FIN would be polite.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def _encode(self, reply: Reply) -> tuple[bytes, dict[str, str]]:
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        whole = reply.cut is None and not reply.drip
        headers = {"Content-Type": reply.content_type} | reply.headers
        if reply.encoded is not None:
            return reply.encoded, headers | {"Content-Encoding": "gzip"}
        if accepts and whole and reply.compressed and reply.body:
            return gzip.compress(reply.body, 1), headers | {"Content-Encoding": "gzip"}
        return reply.body, headers

    def _send_head(self, reply: Reply, headers: dict[str, str]) -> None:
        if reply.status == HTTPStatus.NOT_MODIFIED:
            framing = {}
        elif reply.framing == "chunked":
            framing = {"Transfer-Encoding": "chunked"}
        elif reply.framing == "close":
            framing = {"Connection": "close"}
        else:
            framing = {"Content-Length": str(len(reply.encoded or reply.body))}
        self.send_response(reply.status)
        for name, value in (headers | framing).items():
            self.send_header(name, value)
        if reply.drip_headers:
            head = b"".join(self._headers_buffer)
            self._headers_buffer = []
            self._drip(head, reply.drip)
        self.end_headers()

    def _send_body(self, reply: Reply, body: bytes) -> None:
        if reply.status == HTTPStatus.NOT_MODIFIED:
            return
        for piece in self._pieces(reply, body):
            self._drip(piece, reply.drip) if reply.drip else self.wfile.write(piece)
        self.wfile.flush()

    def _pieces(self, reply: Reply, body: bytes) -> Iterator[bytes]:
        """Yield the bytes on the wire: chunks or the plain body, whole or cut short."""
        if reply.framing != "chunked":
            yield body[: reply.cut]
        elif reply.cut is not None:
            # One chunk that promises the whole body and never keeps its word.
            yield b"%x\r\n" % len(body) + body[: reply.cut]
        else:
            for start in range(0, len(body), PIECE):
                chunk = body[start : start + PIECE]
                yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
            yield b"0\r\n\r\n"

    def _drip(self, data: bytes, seconds: float) -> None:
        for byte in data:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            if self.server.closing.wait(seconds):
                break
