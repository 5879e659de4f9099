# ruff: noqa
import json
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

GREETING = os.getenv("GREETING", "Hi")
REDIS = urlparse(os.environ["REDIS_URL"])


def redis(*words):
    with socket.create_connection((REDIS.hostname, REDIS.port or 6379), timeout=2) as conn:
        conn.settimeout(2)
        parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        conn.sendall(f"*{len(words)}\r\n{parts}".encode())
        return conn.makefile("rb").readline().decode().strip()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/healthz":
            self.reply(200, {"ok": True})
        elif self.path == "/ready":
            try:
                redis("PING")
                self.reply(200, {"redis": "ok"})
            except OSError:
                self.reply(503, {"redis": "down"})
        elif self.path == "/visits":
            try:
                self.reply(200, {"greeting": GREETING, "visits": redis("INCR", "visits")[1:]})
            except OSError:
                self.reply(503, {"error": "try again"})
        else:
            self.reply(404, {"error": "not found"})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("0.0.0.0", int(os.getenv("PORT", "5000"))), Handler)
    server.daemon_threads = False
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("visits: up", flush=True)
    server.serve_forever()
    server.server_close()
    print("visits: bye", flush=True)
