"""What mediation announces. Names, telephones and what was agreed stay with the mediation."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class MediationFact(Fact):
    """Something happened to a dispute. Published only as one of its subclasses; its subject is `mediation:<number>`."""

    division: str


@dataclass(frozen=True, kw_only=True)
class MediationOpened(MediationFact):
    """A dispute was brought to the mediators; `about` is the incident that it came from, if it came from one."""

    dispute: str
    parties: int
    about: str = ""

    zh = "登记纠纷，当事人 {parties} 方"
    en = "A dispute was registered, {parties} parties"


@dataclass(frozen=True, kw_only=True)
class MediationMoved(MediationFact):
    """A mediation came from one state to another."""

    before: str
    state: str

    zh = "调解：{before} → {state}"
    en = "Mediation: {before} → {state}"


@dataclass(frozen=True, kw_only=True)
class MediationLookedAt(MediationFact):
    """Somebody is about to read who the parties are and what the dispute is about."""
