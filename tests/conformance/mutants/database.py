"""A tiny database that speaks one line a question; the backing service of the reference service."""

import socketserver
import threading
from collections import defaultdict


class Database(socketserver.ThreadingTCPServer):
    """Keeps texts, counters and a queue in memory, and locks that end with the connection."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.values: dict[str, str] = {}
        self.queue: list[str] = []
        self.mutex = threading.Lock()
        self.locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def __enter__(self) -> "Database":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"tiny://app:s3cret-password@127.0.0.1:{self.server_address[1]}/app"


class _Session(socketserver.StreamRequestHandler):
    server: Database

    def handle(self) -> None:
        held: list[threading.Lock] = []
        try:
            for line in self.rfile:
                self.wfile.write(f"{self._reply(line.decode().split(), held)}\n".encode())
        except OSError:
            return
        finally:
            for lock in held:
                lock.release()

    def _reply(self, words: list[str], held: list[threading.Lock]) -> str:
        command, *arguments = words
        if command == "LOCK":
            lock = self.server.locks[arguments[0]]
            lock.acquire()
            held.append(lock)
            return "OK"
        with self.server.mutex:
            return self._value(command, arguments)

    def _value(self, command: str, arguments: list[str]) -> str:
        values = self.server.values
        if command == "SET":
            values[arguments[0]] = arguments[1]
        elif command == "INCR":
            values[arguments[0]] = str(int(values.get(arguments[0], "0")) + 1)
        elif command == "PUSH":
            self.server.queue.append(arguments[0])
        elif command == "HEAD":
            return self.server.queue[0] if self.server.queue else ""
        elif command == "DROP" and arguments[0] in self.server.queue:
            self.server.queue.remove(arguments[0])
        elif command == "SETNX":
            values.setdefault(arguments[0], arguments[1])
        elif command == "PING":
            return "PONG"
        return values.get(arguments[0], "") if arguments else "ERROR"
