"""Run a command with a PostgreSQL server: the one that DATABASE_URL names, else one of its own that is gone afterwards.

    python scripts/with_postgresql.py COMMAND [ARGUMENT …]

The server of its own is a new cluster in a temporary folder, on a free port of the loopback address, without fsync.
PostgreSQL refuses to run as root, so root starts it as the user `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLE = "huimin"
START_SECONDS = 30


def main(command: list[str]) -> int:
    """The exit status of the command."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not on this machine: sudo apt-get install postgresql; left out.", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    with cluster(programs) as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


def find_programs() -> Path | None:
    """The folder of initdb, which Debian keeps off the PATH; the newest version where there are several."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def cluster(programs: Path, **others: str) -> Iterator[str]:
    """A new server with an empty database, as a DATABASE_URL; `others` are settings that differ from those here."""
    user = owner()
    with tempfile.TemporaryDirectory(prefix="huimin-postgresql-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data, port = Path(folder, "data"), free_port()
        initdb = [programs / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(initdb, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": folder,
            "max_connections": "200",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            **others,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with Path(folder, "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], user=user, cwd=folder, stdout=log, stderr=log
            )
        try:
            create_database(programs, port, server, Path(folder, "log"))
            yield f"postgres://{ROLE}@127.0.0.1:{port}/{ROLE}"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            server.wait(START_SECONDS)


def owner() -> str | None:
    """Who runs the server when root asks."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def create_database(programs: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the server and make the database; SystemExit with the server's last words when it does not come up."""
    command = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", ROLE, ROLE]
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.2)
    raise SystemExit(log.read_text(errors="replace"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
