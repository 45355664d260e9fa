"""Facts that the catalogue announces."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class ServicePublished(Fact):
    """A service was published in a new version: `service:<code>`, the version, the city's revision, the digest of the content."""

    version: int
    revision: int
    content: str
