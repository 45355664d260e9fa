"""`huimin serve`: bring the store and the static files up to date, then answer requests until told to stop."""

import argparse
import multiprocessing.util
import os
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from huimin.cli.standing import stand_up
from huimin.cli.words import either
from huimin.kernel.refusals import Refusal

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "start"
SUMMARY: Final = ("启动服务，直到中断", "serve the city until interrupted")
STOP_SECONDS: Final = 20


class PortTaken(Refusal):
    """Something else listens there, or this machine has no such address."""

    zh = "无法监听 {host}:{port}（{reason}），请换一个 --port。"
    en = "cannot listen on {host}:{port} ({reason}); choose another --port."


def add_parser(commands: "Commands") -> None:
    """`huimin serve [--port P] [--host H] [--workers N]`."""
    parser = commands.add_parser("serve", description=either(*SUMMARY))
    parser.add_argument("--port", type=int, default=8000, help=either("端口（默认 8000）", "port (default 8000)"))
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=either("监听地址（默认仅本机）", "address to listen on (default: this machine only)"),
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=0,
        help=either(
            "进程数；内嵌存储始终为 1（默认按处理器数）",
            "processes; always 1 on the embedded store (default: one for each processor)",
        ),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepare and serve; returns 0 when stopped by SIGTERM or SIGINT."""
    stand_up()
    serve(host=args.host, port=args.port, workers=args.workers)
    return 0


def serve(*, host: str, port: int, workers: int = 0) -> None:
    """Answer requests until SIGTERM or SIGINT; on the embedded store one process writes, so there is one worker.

    Raises `PortTaken` when it cannot listen there.
    """
    from django.db import connection
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _ask_for_port(host, port)
    embedded = connection.vendor == "sqlite"
    processors = os.cpu_count() or 1
    server = Granian(
        "huimin.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1 if embedded else workers or processors,
        blocking_threads=2 * processors + 1,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    address = f"http://{host}:{port}/"
    server.on_startup(lambda: print(either(f"已启动：{address}", f"Serving on {address}"), flush=True))
    server.serve(target_loader=load, wrap_loader=False)
    sys.stdout.flush()


def _ask_for_port(host: str, port: int) -> None:
    """Take the port for a moment: the server itself would only panic."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=error.strerror) from error


def load() -> Callable[..., Any]:
    """In the worker: the application, with the periodic jobs running beside it until the worker ends."""
    from huimin.cli.background import Background, jobs
    from huimin.wsgi import application

    background = Background(list(jobs()))
    background.start()
    # A forked worker runs no atexit handlers; multiprocessing's finalizers it does run, before it joins its threads.
    multiprocessing.util.Finalize(None, background.stop, exitpriority=10)
    return application
