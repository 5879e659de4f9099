"""A collector that takes every trace and keeps none: `python collector.py PORT`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector(BaseHTTPRequestHandler):
    """Answers OTLP over HTTP with an empty message, which says that all is well."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take what comes, of a length that is told before or piece by piece."""
        if "Content-Length" in self.headers:
            self.rfile.read(int(self.headers["Content-Length"]))
        else:
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        self._end()

    def do_GET(self) -> None:
        """Tell that the collector is there."""
        self._end()

    def _end(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Collector).serve_forever()
