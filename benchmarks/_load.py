"""A light load generator: one thread asks over many kept connections at once, so that what is measured is the server.

A client library costs as much processor time as a cheap answer does; here a request is bytes made beforehand, and an answer is read
only as far as its status line and its length.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

PIECE = 65_536


@dataclass
class Run:
    """What came of asking: how long it went on (seconds), and how long each answer took (seconds, sorted)."""

    seconds: float
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share (0 to 1) of the answers came, in milliseconds."""
        return 1000 * self.times[min(len(self.times) - 1, int(share * len(self.times)))]


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request of HTTP/1.1 as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def keep_asking(port: int, make: Callable[[], bytes], *, at_once: int, seconds: float, status: bytes = b"200") -> Run:
    """Ask over `at_once` connections, on each one request after the other. Raises RuntimeError for an answer of another status."""
    chosen = selectors.DefaultSelector()
    sent: dict[socket.socket, float] = {}
    run, clock = Run(seconds), time.perf_counter
    try:
        for _ in range(at_once):
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            chosen.register(connection, selectors.EVENT_READ, bytearray())
            sent[connection] = clock()
            connection.sendall(make())
        began = clock()
        until = began + seconds
        waiting = at_once
        while waiting:
            for key, _ in chosen.select(30) or _silence():
                connection, buffer = key.fileobj, key.data
                assert isinstance(connection, socket.socket)
                buffer += connection.recv(PIECE)
                if not _is_whole(buffer, status):
                    continue
                buffer.clear()
                at = clock()
                run.times.append(at - sent[connection])
                if at < until:
                    sent[connection] = at
                    connection.sendall(make())
                else:
                    waiting -= 1
        run.seconds = clock() - began
    finally:
        for connection in sent:
            connection.close()
        chosen.close()
    run.times.sort()
    return run


def _silence() -> list[tuple[selectors.SelectorKey, int]]:
    raise RuntimeError("no answer for half a minute")


def _is_whole(answer: bytearray, status: bytes) -> bool:
    """Whether the answer is all here. Raises RuntimeError for another status, or a connection that was closed."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        if not answer:
            raise RuntimeError("the server closed the connection")
        return False
    if not answer.startswith(b"HTTP/1.1 " + status + b" "):
        raise RuntimeError(bytes(answer[:300]).decode(errors="replace"))
    head = bytes(answer[:end]).lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise RuntimeError("an answer without a length")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    return len(answer) - end - 4 >= length
