"""A tiny OTLP receiver: takes whatever is posted, remembers it."""

import gzip
import http.server
import threading
from typing import Self


class Collector(http.server.ThreadingHTTPServer):
    """Listens on an address; `bodies` are the requests that it got, unpacked."""

    daemon_threads = True

    def __init__(self, listen: str, port: int) -> None:
        super().__init__((listen, port), _Receiver)
        self.bodies: list[bytes] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def has_trace(self, trace_id: str) -> bool:
        """Tell whether a span of a trace came, as protobuf or as JSON."""
        raw, text = bytes.fromhex(trace_id), trace_id.encode()
        return any(raw in body or text in body for body in self.bodies)


class _Receiver(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        """Take an export."""
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        body = self._chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", "0")))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.server.bodies.append(gzip.decompress(body) if packed else body)
        self.send_response(200)
        self.send_header("Content-Type", self.headers.get("Content-Type", "application/x-protobuf"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def log_message(self, *_: object) -> None:
        """Stay silent."""
