"""One examination: every check in its order; a check that fails itself is a finding, and the others go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from huimin.tooling.keeping.doctor import city, machine, store, telling
from huimin.tooling.keeping.doctor.findings import Check, Finding, Patient, Severity, broken

CHECKS: Final[dict[str, Check]] = {
    "disk": machine.disk,
    "permissions": machine.permissions,
    "packages": machine.programs,
    "settings": machine.settings_checked,
    "backup": machine.last_backup,
}
"""What can be asked without the store."""

OF_THE_STORE: Final[dict[str, Check]] = {
    "version": store.version,
    "migrations": store.migrations,
    "integrity": store.whole,
    "server clock": store.clock_of_server,
    "clock": city.clock,
    "outbox": city.outbox,
    "messages": telling.messages,
    "keys": city.keys,
    "chain": city.chain,
    "anchors": city.anchors,
    "lake": city.lake,
    "registries": city.registries,
    "resources": city.resources,
    "deliveries": city.deliveries,
    "outcomes": city.outcomes,
}
"""What needs it."""


@dataclass(frozen=True)
class Examination:
    """What was found, the worst first."""

    findings: Sequence[Finding]

    @property
    def is_broken(self) -> bool:
        """Whether anything needs a hand now."""
        return any(finding.severity is Severity.BROKEN for finding in self.findings)


def examine(patient: Patient) -> Examination:
    """Ask everything that can be asked."""
    found = [finding for name, check in CHECKS.items() for finding in _asked(name, check, patient)]
    unreachable = list(_asked("store", store.reachable, patient))
    found += unreachable or [
        finding for name, check in OF_THE_STORE.items() for finding in _asked(name, check, patient)
    ]
    order = list(Severity)
    return Examination(sorted(found, key=lambda finding: order.index(finding.severity)))


def _asked(name: str, check: Check, patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except Exception as error:
        # Whatever is broken, the rest is looked at. The class alone: messages of the database may quote rows.
        yield broken(
            f"{name.replace(' ', '-')}-unknown",
            f"无法检查 {name}：{type(error).__name__}",
            f"{name} could not be looked at: {type(error).__name__}",
            "先处理其他故障，再运行一次",
            "settle the other findings first, then run it again",
        )
