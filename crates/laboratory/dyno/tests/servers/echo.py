"""Answers each request with its own body, a GET with a file: echo.py HOST PORT [FILE]."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers to GET, HEAD and POST."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        """Send the file."""
        self.answer(Path(sys.argv[3]).read_bytes())

    def do_HEAD(self) -> None:
        """Tell the size of the file."""
        self.answer(Path(sys.argv[3]).read_bytes())

    def do_POST(self) -> None:
        """Send what came."""
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body: bytes) -> None:
        """Send a body."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
