"""`python -m huimin.tooling.scaffolds domain NAME`, `resource DOMAIN CODE`, `service DOMAIN CODE`."""

import sys
from pathlib import Path

from huimin.kernel.refusals import Refusal
from huimin.tooling.scaffolds import new_domain, new_resource, new_service

PACKAGE = Path(__file__).resolve().parents[2]

USAGE = "make new-domain NAME=… | make new-resource DOMAIN=… CODE=… | make new-service DOMAIN=… CODE=…"


def make(words: list[str]) -> list[Path]:
    """The files that these words ask for."""
    match words:
        case ["domain", name]:
            return new_domain(PACKAGE, name)
        case ["resource", domain, code]:
            return new_resource(PACKAGE, domain, code)
        case ["service", domain, code]:
            return new_service(PACKAGE, domain, code)
    sys.exit(USAGE)


try:
    for path in make(sys.argv[1:]):
        sys.stdout.write(f"{path.relative_to(PACKAGE.parents[1])}\n")
except Refusal as refusal:
    sys.exit(f"{refusal.sentence('zh')}\n{refusal.sentence('en')}")
