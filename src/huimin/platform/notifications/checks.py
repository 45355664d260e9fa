"""Start-up checks: the tables of notices can be read, name topics and facts that there are, and somebody listens to those facts."""

from collections import Counter
from typing import Any

from django.core.checks import Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.journal import events, ports
from huimin.platform.notifications.declarations import channels, tables


@register()
def notices_can_be_told(**_: Any) -> list[Error]:
    """An error for a table that is wrong, a code declared twice, an unknown topic, fact or field, and a fact that nobody receives."""
    try:
        found, topics = tables(), channels().topics
    except DeclarationWrong as wrong:
        return [Error(str(wrong), id="notifications.E001")]
    errors = []
    twice = [code for code, times in Counter(code for table in found.values() for code in table).items() if times > 1]
    errors += [Error(f"the notice {code} is declared twice", id="notifications.E002") for code in twice]
    for path, table in found.items():
        for code, notice in table.items():
            where = f"{path.parent.name}/{path.name}: {code}"
            if notice.topic not in topics:
                errors.append(Error(f"{where}: there is no topic {notice.topic}", id="notifications.E003"))
            if notice.fact:
                errors += [
                    Error(f"{where}: {saying}", id="notifications.E004") for saying in _faults(notice.fact, notice.when)
                ]
    return errors


def _faults(kind: str, when: dict[str, tuple[str, ...]]) -> list[str]:
    """What is wrong with a fact that a row names."""
    fact = events.kinds().get(kind)
    if fact is None:
        return [f"there is no fact {kind}"]
    faults = [f"{kind} has no field {name}" for name in when if name not in fact.__dataclass_fields__]
    return faults if ports.receivers_of(fact) else [*faults, f"nobody receives {kind}"]
