"""How a command fails: one clear line for the reader, a traceback for the log, and the right exit status."""

import os
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import OperationalError

from huimin.cli.words import either, language
from huimin.kernel.refusals import Refusal

REFUSED: Final = 1
INTERRUPTED: Final = 130

# What a message may carry of a person: PostgreSQL's DETAIL lines quote the row, and long numbers are identities, phones
# or accounts.
_QUOTED_ROW: Final = re.compile(r"^\s*DETAIL:.*$", re.MULTILINE)
_LONG_NUMBER: Final = re.compile(r"\d{6,}[\dXx]*")


@dataclass
class Outcome:
    """The exit status of a command; 0 until something else is known."""

    status: int = 0


@contextmanager
def failures_told() -> Iterator[Outcome]:
    """Turn whatever ends a command early into one line on stderr and a status; only SystemExit passes."""
    outcome = Outcome()
    try:
        yield outcome
    except Refusal as refusal:
        outcome.status = REFUSED
        _tell(refusal.sentence(language()))
    except KeyboardInterrupt:
        outcome.status = INTERRUPTED
        _tell(either("已中断。", "Interrupted."))
    except BrokenPipeError:
        # The reader of our output has gone (`huimin … | head`): say nothing more, and keep Python from trying at exit.
        outcome.status = REFUSED
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        outcome.status = REFUSED
        _tell(_unexpected(error, keep(error)))


def _tell(sentence: str) -> None:
    """One line on stderr."""
    print(f"huimin: {sentence}", file=sys.stderr)


def _unexpected(error: Exception, reference: str) -> str:
    """One line for an error that nobody named: what is known of it, and where the log holds the rest."""
    where = either(f"（记录编号 {reference}，见 {_log()}）", f" (reference {reference} in {_log()})")
    match error:
        case OSError(filename=str() as name, strerror=str() as reason):
            return f"{name}: {reason}{where}"
        case OperationalError():
            return either(f"数据库无法使用{where}", f"the database cannot be used{where}")
        case _:
            return either(f"出现意外错误：{type(error).__name__}{where}", f"unexpected {type(error).__name__}{where}")


def _log() -> Path:
    # Read from the environment, not from the settings: these may be what failed.
    return Path(os.environ.get("HUIMIN_HOME", "var")).resolve() / "log" / "errors.log"


def without_personal_data(text: str) -> str:
    """The text of an error with quoted rows and long numbers taken out."""
    return _LONG_NUMBER.sub("…", _QUOTED_ROW.sub("  DETAIL: …", text))


def keep(error: Exception) -> str:
    """Append the traceback to the log, readable by its owner only, and give the reference it stands under.

    A log that cannot be written is said so, and must not hide the error itself.
    """
    reference = secrets.token_hex(4)
    try:
        log = _log()
        log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {reference}\n")
            file.write(without_personal_data("".join(traceback.format_exception(error))) + "\n")
    except OSError as reason:
        _tell(either(f"日志未能写入：{reason.strerror}", f"the log could not be written: {reason.strerror}"))
    return reference
