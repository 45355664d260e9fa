"""`huimin doctor`: what is wrong with this installation, one line a finding, and what to do."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.words import either, language

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "care"
SUMMARY: Final = ("体检：哪里不对，怎么办", "say what is wrong with this installation, and what to do")
BROKEN: Final = 1


def add_parser(commands: "Commands") -> None:
    """`huimin doctor [--quick] [--json]`."""
    parser = commands.add_parser("doctor", description=either(*SUMMARY))
    parser.add_argument(
        "--quick",
        action="store_true",
        help=either("不逐字节核对（存证链、湖文件、数据库）", "without reading everything (chains, lake files, store)"),
    )
    parser.add_argument("--json", action="store_true", help=either("供监控读取", "for monitoring"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Examine; 1 when something is broken."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.tooling.keeping.doctor import Patient, examine

    found = examine(Patient(Path(settings.HOME), timezone.now(), in_full=not args.quick))
    if args.json:
        findings = [
            {"severity": finding.severity, "code": finding.code, "zh": finding.wrong[0], "en": finding.wrong[1],
             "remedy_zh": finding.remedy[0], "remedy_en": finding.remedy[1]}
            for finding in found.findings
        ]  # fmt: skip
        print(json.dumps({"broken": found.is_broken, "findings": findings}, ensure_ascii=False, indent=1))
    else:
        for finding in found.findings:
            print(finding.line(language()))
        if not found.findings:
            print(either("一切正常。", "All is well."))
    return BROKEN if found.is_broken else 0
