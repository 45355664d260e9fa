"""A real server process: it answers, it finishes what it is doing when told to stop, it says when it cannot listen."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "import sys; from huimin.cli import main; sys.exit(main())", "serve"]
SOON = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    env = {**os.environ, "HUIMIN_HOME": str(home), "LC_ALL": "C.UTF-8"}
    env.pop("DATABASE_URL", None)
    server = subprocess.Popen([*COMMAND, "--port", str(port)], env=env, stderr=subprocess.PIPE, text=True)
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def status_of(url: str, server: subprocess.Popen[str]) -> int:
    end = time.monotonic() + SOON
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=SOON) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {server.communicate()[1] if server.poll() is not None else ''}")


def test_it_answers_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as server:
        assert status_of(f"http://127.0.0.1:{port}/no-such-page", server) == 404
        server.send_signal(signal.SIGTERM)
        assert server.wait(SOON) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with serving(tmp_path, taken.getsockname()[1]) as server:
            _, said = server.communicate(timeout=SOON)
    assert server.returncode == 1
    assert said.splitlines()[-1].startswith("huimin: cannot listen on 127.0.0.1:")
