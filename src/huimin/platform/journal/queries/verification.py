"""Whether the chains are whole: every entry changed, removed, reordered or cut off is named, up to the last anchor and beyond."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from django.db import connection

from huimin.platform.journal.adapters import anchors, keys
from huimin.platform.journal.models import PLACE, Anchor, Entry, Head
from huimin.platform.journal.rules import ALGORITHMS, Link

ROWS_A_READ: Final = 5000
MOST_SUSPECTS: Final = 200
"""Changed entries of a chain among which a reordering is looked for; the search is quadratic."""


LINES_A_SIGNATURE: Final = 1000
"""Anchors that one verified signature is made to vouch for; each of them remembers the one before."""


class Wrong(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    ADDED = "added"
    REWRITTEN = "rewritten"
    HEAD = "head"
    ANCHOR_CHANGED = "anchor changed"
    ANCHOR_REMOVED = "anchor removed"
    STRANGE_KEY = "strange key"
    KEY_GONE = "key gone"
    UNGUARDED = "unguarded"


SENTENCES: Final[dict[Wrong, tuple[str, str]]] = {
    Wrong.CHANGED: ("存证 {entries} 被改动", "entry {entries} was changed"),
    Wrong.REMOVED: ("存证 {entries} 被删除", "entry {entries} was removed"),
    Wrong.REORDERED: (
        "存证 {entries} 被调换位置（原为 {detail}）",
        "entry {entries} was reordered (it was written as {detail})",
    ),
    Wrong.TRUNCATED: ("链尾存证 {entries} 被截去", "entry {entries} was cut off the end of its chain"),
    Wrong.ADDED: ("链尾之后多出存证 {entries}", "entry {entries} was added beyond the head of its chain"),
    Wrong.REWRITTEN: (
        "存证 {entries} 之间被整体改写，与第 {detail} 号锚不符",
        "entries {entries} were rewritten: they contradict anchor {detail}",
    ),
    Wrong.HEAD: ("链 {shard} 的链头与其最后一条存证不符", "the head of chain {shard} contradicts its last entry"),
    Wrong.ANCHOR_CHANGED: ("第 {anchors} 号锚被改动或伪造", "anchor {anchors} was changed or forged"),
    Wrong.ANCHOR_REMOVED: ("第 {anchors} 号锚被删除", "anchor {anchors} was removed"),
    Wrong.STRANGE_KEY: (
        "锚的签名密钥 {detail} 不是所给的密钥",
        "the anchors' signing key {detail} is not the one that was named",
    ),
    Wrong.KEY_GONE: (
        "签名密钥不在数据目录的 keys/ 中，第 {anchors} 号锚无法核验；请从备份恢复 keys/",
        "the signing keys are not in keys/ of the data folder, so anchor {anchors} cannot be verified: restore keys/ from a backup",
    ),
    Wrong.UNGUARDED: (
        "数据库里阻止改动存证的触发器已不完整",
        "the triggers by which the database refuses changes are no longer all there",
    ),
}


GUARDS: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}
"""The names of the triggers in force."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong: `first` to `last` are places in the chain `shard`, or numbers of anchors."""

    what: Wrong
    shard: int
    first: int
    last: int
    detail: str = ""

    def sentence(self, language: str = "zh") -> str:
        """The finding in words."""
        span = f"{self.first}" if self.first == self.last else f"{self.first}…{self.last}"
        template = SENTENCES[self.what][language.lower().startswith("en")]
        return template.format(entries=f"{self.shard}-{span}", anchors=span, shard=self.shard, detail=self.detail)


@dataclass(frozen=True)
class Verification:
    """What was looked at, and everything that is wrong; `anchored_at` is None while there is no anchor."""

    entries: int
    anchors: int
    anchored_at: datetime | None
    findings: Sequence[Finding]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def public_fingerprints() -> dict[str, str]:
    """The fingerprints of the anchors' signing keys by id: to be written down away from this machine."""
    return keys.public_fingerprints()


def verify(*, fingerprint: str = "", progress: Callable[[int], None] = lambda count: None) -> Verification:
    """Read every entry and every anchor and recompute every hash; writers go on meanwhile.

    `fingerprint` is the anchor key's, as somebody noted it elsewhere: without it an exchanged key goes unseen.
    `progress` is told the number of entries read so far.
    """
    heads = {head.shard: head for head in Head.objects.all()}
    witnesses = _Witnesses(fingerprint)
    findings = [*witnesses.findings, *_guards_missing()]
    count = 0
    for shard in sorted(heads.keys() | witnesses.last.keys() | _shards_in_use()):
        chain = _Chain(shard, heads.get(shard))
        for link, stored in _entries(shard, upto=chain.head_seq):
            chain.follow(link, stored)
            count += 1
            if count % ROWS_A_READ == 0:
                progress(count)
        findings += chain.finished()
        findings += _contradictions(shard, chain.last_seq, witnesses)
        findings += _beyond_head(shard)
    progress(count)
    return Verification(count, witnesses.count, witnesses.anchored_at, _merged(findings))


def _guards_missing() -> list[Finding]:
    """Whether the database still refuses to change entries and anchors."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS[connection.vendor])
        names = {name for (name,) in cursor.fetchall()}
    wanted = {f"journal_{table}_keep_{what}" for table in ("entry", "anchor") for what in ("update", "delete")}
    return [] if wanted <= names else [Finding(Wrong.UNGUARDED, 0, 0, 0)]


# --- entries --------------------------------------------------------------------------------------------------------


def _shards_in_use() -> set[int]:
    """Chains that have entries, found by skipping through the key: also those whose head is gone."""
    found: set[int] = set()
    key = 0
    while (entry := Entry.objects.filter(pk__gte=key).order_by("pk").values_list("pk", flat=True).first()) is not None:
        found.add(entry // PLACE)
        key = (entry // PLACE + 1) * PLACE
    return found


def _entries(shard: int, *, upto: int) -> Iterator[tuple[Link, str]]:
    """The chain's entries by place, with their stored hashes; read in keyset slices, so that no snapshot is held."""
    after, end = shard * PLACE, shard * PLACE + upto
    while rows := list(Entry.objects.filter(pk__gt=after, pk__lte=end).order_by("pk")[:ROWS_A_READ]):
        for entry in rows:
            yield entry.link(), entry.hash
        after = rows[-1].pk


@dataclass
class _Chain:
    """What has been learnt of one chain while following it."""

    shard: int
    head: Head | None
    last_seq: int = 0
    last_hash: str = ""
    last_is_whole: bool = True
    suspects: dict[int, tuple[Link, str]] = field(default_factory=dict)
    missing: list[range] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def head_seq(self) -> int:
        """The last place to read; all there is when the head is gone."""
        return self.head.seq if self.head else PLACE - 1

    def follow(self, link: Link, stored: str) -> None:
        """Take the next entry that is there."""
        follows = link.seq == self.last_seq + 1
        if not follows:
            self.missing.append(range(self.last_seq + 1, link.seq))
        is_whole = _is_hash_of(link, stored)
        if not is_whole:
            self.suspects[link.seq] = (link, stored)
        elif follows and self.last_is_whole and link.previous != self.last_hash:
            # Whole in itself, yet its successor remembers another: it was rewritten together with its hash.
            self._wrong(Wrong.CHANGED, self.last_seq)
        self.last_seq, self.last_hash, self.last_is_whole = link.seq, stored, is_whole

    def finished(self) -> list[Finding]:
        """What is wrong with the chain in itself."""
        for gap in self.missing:
            self.findings.append(Finding(Wrong.REMOVED, self.shard, gap[0], gap[-1]))
        if self.head is None:
            self._wrong(Wrong.HEAD, 0)
        elif self.last_seq < self.head.seq:
            self.findings.append(Finding(Wrong.TRUNCATED, self.shard, self.last_seq + 1, self.head.seq))
        elif self.last_is_whole and self.last_hash != self.head.hash:
            self._wrong(Wrong.HEAD, 0)
        for seq in self.suspects:
            origin = self._origin(seq)
            self._wrong(Wrong.REORDERED if origin else Wrong.CHANGED, seq, f"{self.shard}-{origin}" if origin else "")
        return self.findings

    def _wrong(self, what: Wrong, seq: int, detail: str = "") -> None:
        self.findings.append(Finding(what, self.shard, seq, seq, detail))

    def _origin(self, seq: int) -> int | None:
        """Where the entry that stands at `seq` was written, if its hash tells."""
        if len(self.suspects) > MOST_SUSPECTS:
            return None
        link, stored = self.suspects[seq]
        lost = [place for gap in self.missing for place in gap[:MOST_SUSPECTS]] + [self.last_seq + 1]
        for place in (*self.suspects, *lost):
            if place != seq:
                neighbour, its_hash = self.suspects.get(place, (link, stored))
                if any(
                    _is_hash_of(link.at_place(place, previous), known)
                    for previous in {link.previous, neighbour.previous}
                    for known in {stored, its_hash}
                ):
                    return place
        return None


def _is_hash_of(link: Link, stored: str) -> bool:
    algorithm = stored.partition(":")[0]
    return algorithm in ALGORITHMS and link.hash(algorithm) == stored


def _beyond_head(shard: int) -> list[Finding]:
    """Entries after the head as it is now: nobody but `publish` adds entries, and it moves the head with them."""
    statement = (
        "SELECT e.* FROM journal_entry e JOIN journal_head h ON h.shard = %s "
        "WHERE e.id > %s + h.seq AND e.id < %s ORDER BY e.id LIMIT 1000"
    )
    rows = Entry.objects.raw(statement, [shard, shard * PLACE, (shard + 1) * PLACE])
    return [Finding(Wrong.ADDED, shard, entry.seq, entry.seq) for entry in rows]


# --- anchors ----------------------------------------------------------------------------------------------------------


class _Witnesses:
    """The anchors of the file that can be believed: those that a good signature vouches for, directly or through later lines."""

    def __init__(self, fingerprint: str) -> None:
        self.findings: list[Finding] = []
        self.last: dict[int, tuple[int, str]] = {}
        self.count = 0
        self.anchored_at: datetime | None = None
        self._distrusted: set[int] = set()
        self._read()
        self._compare_with_database()
        if fingerprint:
            self._hold_to(fingerprint)

    def _read(self) -> None:
        run: list[anchors.Line] = []
        number = 0
        for line in anchors.lines():
            if line.number > number + 1:
                self._anchor(Wrong.ANCHOR_REMOVED, number + 1, line.number - 1)
            if run and (
                line.previous != run[-1].fingerprint() or line.key != run[-1].key or len(run) == LINES_A_SIGNATURE
            ):
                self._believe(run)
                run = []
            run.append(line)
            number = line.number
        self._believe(run)

    def _believe(self, run: list[anchors.Line]) -> None:
        """Believe lines that each remember the one before, as far as a good signature of one of them reaches back."""
        while run and not run[-1].is_signed():
            forged = run.pop()
            self._distrusted.add(forged.number)
            self._anchor(Wrong.KEY_GONE if keys.are_gone() else Wrong.ANCHOR_CHANGED, forged.number, forged.number)
        for line in run:
            self.count += 1
            self.last.update(line.heads)
            self.anchored_at = datetime.fromisoformat(line.at)

    def _compare_with_database(self) -> None:
        """The database notes each anchor after it was written, so it may lack the last one, but never knows of one that the file lacks."""
        seen, batch = 0, dict[int, str]()
        for line in self.believed():
            batch[line.number] = line.fingerprint()
            seen = line.number
            if len(batch) == ROWS_A_READ:
                self._compare(batch)
                batch = {}
        self._compare(batch)
        for number in Anchor.objects.filter(number__gt=seen).values_list("number", flat=True):
            if number not in self._distrusted:
                self._anchor(Wrong.ANCHOR_REMOVED, number, number)

    def _compare(self, batch: dict[int, str]) -> None:
        for number, noted in Anchor.objects.filter(number__in=batch).values_list("number", "fingerprint"):
            if noted != batch[number]:
                self._anchor(Wrong.ANCHOR_CHANGED, number, number)

    def _hold_to(self, fingerprint: str) -> None:
        used = {line.key for line in self.believed()}
        for key, its_fingerprint in keys.public_fingerprints().items():
            if key in used and its_fingerprint == fingerprint:
                return
        self.findings.append(Finding(Wrong.STRANGE_KEY, 0, 0, 0, ", ".join(sorted(used)) or "-"))

    def _anchor(self, what: Wrong, first: int, last: int) -> None:
        self.findings.append(Finding(what, -1, first, last))

    def believed(self) -> Iterator[anchors.Line]:
        """Every line that can be believed."""
        return (line for line in anchors.lines() if line.number not in self._distrusted)


def _contradictions(shard: int, last_seq: int, witnesses: _Witnesses) -> list[Finding]:
    """Where the chain contradicts what was anchored of it. The last anchor proves everything before it; earlier ones tell the place."""
    seq, hashed = witnesses.last.get(shard, (0, ""))
    if seq == 0 or _hash_at(shard, seq) == hashed:
        return []
    found = [Finding(Wrong.TRUNCATED, shard, last_seq + 1, seq)] if last_seq < seq else []
    agreed = 0
    for line in witnesses.believed():
        seq, hashed = line.heads.get(shard, (0, ""))
        stored = _hash_at(shard, seq) if seq > agreed else None
        if stored is not None and stored != hashed:
            return [*found, Finding(Wrong.REWRITTEN, shard, agreed + 1, seq, str(line.number))]
        agreed = seq if stored else agreed
    return found


def _hash_at(shard: int, seq: int) -> str | None:
    return Entry.objects.filter(pk=shard * PLACE + seq).values_list("hash", flat=True).first()


def _merged(findings: list[Finding]) -> list[Finding]:
    """Runs of the same finding as one, each said once."""
    ordered = sorted(set(findings), key=lambda found: (found.what, found.shard, found.first))
    merged: list[Finding] = []
    for _, group in groupby(ordered, key=lambda found: (found.what, found.shard)):
        run: Finding | None = None
        for found in group:
            if run and not found.detail and found.first <= run.last + 1:
                run = Finding(run.what, run.shard, run.first, max(run.last, found.last))
                continue
            merged += [run] if run else []
            run = found
        merged += [run] if run else []
    return merged
