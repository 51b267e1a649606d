"""A server of two exchanges: hello.py HOST PORT."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers as hello.toml says."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet.
    wbufsize = -1

    def do_GET(self) -> None:
        """Greet."""
        if self.path == "/hello":
            self.answer(200, {"hello": "world"})
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self) -> None:
        """Take an order of at least one."""
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if order["count"] < 1:
            self.answer(422, {"error": "count must be at least 1"})
        else:
            self.answer(201, order)

    def answer(self, status: int, value: object) -> None:
        """Send a value as JSON."""
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    request_queue_size = 128


Server((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
