"""Tampering by somebody who owns the database: every way of it is named, and where."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from huimin.platform.journal import keyfiles, operations, queries, rules
from huimin.platform.journal.adapters import anchors, keys
from huimin.platform.journal.models import PLACE, Anchor, Entry, Head
from huimin.platform.journal.operations import publishing
from huimin.platform.journal.queries import Wrong
from huimin.platform.journal.tests.factories import NOON, OFFICIAL, look, published, without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture
def shard() -> int:
    """Ten entries, an anchor, two more, and the triggers gone."""
    entries = published(*[look(f"person:{n}") for n in range(10)])
    operations.anchor(at=NOON)
    published(look("person:10"), look("person:11"))
    without_guards()
    return entries[0].shard


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found() -> list[tuple[Wrong, int, int]]:
    findings = queries.verify().findings
    for finding in findings:
        assert finding.sentence("zh") != finding.sentence("en")
    return [(finding.what, finding.first, finding.last) for finding in findings]


def forge(shard: int, seq: int) -> None:
    """Rewrite the chain's hashes from a place to its end, and its head: a chain that is whole in itself."""
    previous = Entry.objects.get(pk=shard * PLACE + seq - 1).hash if seq > 1 else ""
    for entry in Entry.objects.filter(shard=shard, seq__gte=seq).order_by("seq"):
        entry.previous = previous
        entry.hash = previous = entry.link().hash("sm3")
        entry.save()
    Head.objects.filter(shard=shard).update(seq=Entry.objects.filter(shard=shard).count(), hash=previous)


def test_nobody_tampered(shard: int) -> None:
    assert found() == [(Wrong.UNGUARDED, 0, 0)]


COLUMNS = ["kind", "subject", "actor_kind", "actor_ref", "actor_post", "on_behalf_of", "body", "previous", "hash"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_named(shard: int, column: str) -> None:
    sql(f"UPDATE journal_entry SET {column} = 'forged' WHERE seq = 5")
    assert (Wrong.CHANGED, 5, 5) in found()


@pytest.mark.parametrize(("column", "value"), [("at", "2020-01-01 00:00:00"), ("restricted_until", "2020-01-01")])
def test_a_changed_time_is_named(shard: int, column: str, value: str) -> None:
    sql(f"UPDATE journal_entry SET {column} = %s WHERE seq = 5", value)
    assert (Wrong.CHANGED, 5, 5) in found()


def test_a_change_after_the_last_anchor_is_named_too(shard: int) -> None:
    sql("UPDATE journal_entry SET subject = 'person:forged' WHERE seq = 12")
    assert (Wrong.CHANGED, 12, 12) in found()


def test_a_change_with_its_own_hash_made_right_is_named(shard: int) -> None:
    entry = Entry.objects.get(seq=5)
    entry.subject = "person:forged"
    entry.hash = entry.link().hash("sm3")
    entry.save()
    assert (Wrong.CHANGED, 5, 5) in found()


def test_removed_entries_are_named(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq IN (4, 5, 7)")
    assert [item for item in found() if item[0] == Wrong.REMOVED] == [(Wrong.REMOVED, 4, 5), (Wrong.REMOVED, 7, 7)]


def test_the_first_entry_is_missed(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq = 1")
    assert (Wrong.REMOVED, 1, 1) in found()


def test_a_removed_tail_is_named(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq > 8")
    assert (Wrong.TRUNCATED, 9, 12) in found()


def test_a_removed_tail_is_named_up_to_the_last_anchor_even_when_the_head_was_set_back(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq > 8")
    Head.objects.filter(shard=shard).update(seq=8, hash=Entry.objects.get(seq=8).hash)
    assert (Wrong.TRUNCATED, 9, 10) in found()


def test_a_whole_chain_removed_with_its_head_is_named(shard: int) -> None:
    sql("DELETE FROM journal_entry")
    sql("DELETE FROM journal_head WHERE shard = %s", shard)
    assert (Wrong.TRUNCATED, 1, 10) in found()


def test_swapped_entries_are_named_with_their_origin(shard: int) -> None:
    for was, becomes in ((4, 900), (6, 4), (900, 6)):
        sql("UPDATE journal_entry SET id = id - %s + %s, seq = %s WHERE seq = %s", was, becomes, becomes, was)
    findings = {(finding.what, finding.first, finding.detail) for finding in queries.verify().findings}
    assert findings >= {(Wrong.REORDERED, 4, f"{shard}-6"), (Wrong.REORDERED, 6, f"{shard}-4")}


def test_swapped_contents_under_the_old_hashes_are_named_with_their_origin(shard: int) -> None:
    sql("UPDATE journal_entry SET subject = CASE seq WHEN 4 THEN 'person:5' ELSE 'person:3' END WHERE seq IN (4, 6)")
    findings = {(finding.what, finding.first, finding.detail) for finding in queries.verify().findings}
    assert findings >= {(Wrong.REORDERED, 4, f"{shard}-6"), (Wrong.REORDERED, 6, f"{shard}-4")}


def test_an_entry_removed_and_the_rest_moved_up_is_named(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq = 5")
    for seq in range(6, 13):
        sql("UPDATE journal_entry SET id = id - 1, seq = seq - 1 WHERE seq = %s", seq)
    findings = queries.verify().findings
    assert {(found.first, found.detail) for found in findings if found.what == Wrong.REORDERED} == {
        (seq, f"{shard}-{seq + 1}") for seq in range(5, 12)
    }
    assert (Wrong.TRUNCATED, 12, 12) in [(found.what, found.first, found.last) for found in findings]


def test_a_whole_chain_forged_is_caught_by_the_signed_anchor(shard: int) -> None:
    sql("UPDATE journal_entry SET subject = 'person:forged' WHERE seq = 5")
    forge(shard, 5)
    assert (Wrong.REWRITTEN, 1, 10) in found()


def test_a_forgery_is_placed_between_the_anchors_around_it(shard: int) -> None:
    operations.anchor(at=NOON + timedelta(minutes=1))
    sql("UPDATE journal_entry SET subject = 'person:forged' WHERE seq = 11")
    forge(shard, 11)
    assert (Wrong.REWRITTEN, 11, 12) in found()


def test_a_removal_with_the_chain_forged_after_it_is_caught(shard: int) -> None:
    sql("DELETE FROM journal_entry WHERE seq > 9")
    forge(shard, 9)
    sql("UPDATE journal_entry SET subject = 'person:forged' WHERE seq = 2")
    forge(shard, 2)
    assert (Wrong.TRUNCATED, 10, 10) in found()


def test_an_entry_slipped_in_behind_the_head_is_named(shard: int) -> None:
    last = Entry.objects.get(seq=12)
    last.pk, last.seq, last.previous = last.pk + 1, 13, last.hash
    last.hash = last.link().hash("sm3")
    last.save(force_insert=True)
    assert (Wrong.ADDED, 13, 13) in found()


def test_entries_of_a_chain_that_never_was_are_named(shard: int) -> None:
    entry = Entry.objects.get(seq=1)
    entry.shard, entry.pk = 31, 31 * PLACE + 1
    entry.hash = entry.link().hash("sm3")
    entry.save(force_insert=True)
    Head.objects.filter(shard=31).delete()
    assert (Wrong.HEAD, 0, 0) in found()


def test_a_head_that_names_another_hash_is_named(shard: int) -> None:
    Head.objects.filter(shard=shard).update(hash="sm3:forged")
    assert (Wrong.HEAD, 0, 0) in found()


def test_both_hash_functions_stand_in_one_chain(settings: object) -> None:
    published(look())
    settings.JOURNAL_HASH = "sha256"
    publishing._algorithm.cache_clear()
    try:
        entry = published(look())[0]
    finally:
        publishing._algorithm.cache_clear()
    assert entry.hash.startswith("sha256:")
    assert queries.verify().is_whole


# --- the anchors themselves ---------------------------------------------------------------------------------------------


@pytest.fixture
def five_anchors() -> None:
    for minute in range(5):
        published(look())
        operations.anchor(at=NOON + timedelta(minutes=minute))


def rewrite(change: Callable[[list[bytes]], list[bytes]]) -> None:
    kept = anchors.path().read_bytes().splitlines(keepends=True)
    anchors.path().write_bytes(b"".join(change(kept)))


def with_heads_of(line: bytes, change: Callable[[str], str]) -> bytes:
    kept = json.loads(line)
    kept["heads"] = {shard: [seq, change(last)] for shard, (seq, last) in kept["heads"].items()}
    return rules.canonical(kept) + b"\n"


def test_anchors_are_signed_numbered_and_noted(five_anchors: None, home: Path) -> None:
    lines = list(anchors.lines())
    assert (
        [line.number for line in lines]
        == [1, 2, 3, 4, 5]
        == list(Anchor.objects.order_by("number").values_list("number", flat=True))
    )
    assert all(line.is_signed() for line in lines)
    assert queries.verify().anchors == 5
    assert queries.verify().is_whole
    assert operations.anchor(at=NOON) is None


def test_keys_and_anchors_are_their_owners_only(five_anchors: None, home: Path) -> None:
    rules.digest("value")
    for path in (anchors.path(), keys.ANCHOR.path, keys.DIGEST.path):
        assert path.stat().st_mode & 0o777 == 0o600
    keys.ANCHOR.path.chmod(0o644)
    published(look())
    with pytest.raises(PermissionError):
        operations.anchor(at=NOON) or (published(look()) and operations.anchor(at=NOON))


def test_a_changed_anchor_is_named(five_anchors: None) -> None:
    rewrite(lambda lines: [*lines[:2], with_heads_of(lines[2], lambda last: "sm3:" + "0" * 64), *lines[3:]])
    assert found() == [(Wrong.ANCHOR_CHANGED, 3, 3)]


def test_an_anchor_forged_with_all_that_follow_is_named(five_anchors: None) -> None:
    """The forger cannot sign, but makes every later line remember his."""

    def forged(lines: list[bytes]) -> list[bytes]:
        out, previous = lines[:2], rules.fingerprint("sm3", lines[1].rstrip())
        for line in lines[2:]:
            kept = json.loads(with_heads_of(line, lambda last: "sm3:" + "0" * 64)) | {"previous": previous}
            out.append(rules.canonical(kept) + b"\n")
            previous = rules.fingerprint("sm3", rules.canonical(kept))
        return out

    rewrite(forged)
    assert (Wrong.ANCHOR_CHANGED, 3, 5) in found()


def test_a_removed_anchor_is_named(five_anchors: None) -> None:
    rewrite(lambda lines: [*lines[:1], *lines[3:]])
    assert found() == [(Wrong.ANCHOR_REMOVED, 2, 3)]


def test_anchors_cut_off_the_end_are_named(five_anchors: None) -> None:
    rewrite(lambda lines: lines[:3])
    assert found() == [(Wrong.ANCHOR_REMOVED, 4, 5)]


def test_a_file_of_anchors_that_is_gone_is_missed(five_anchors: None) -> None:
    anchors.path().unlink()
    assert found() == [(Wrong.ANCHOR_REMOVED, 1, 5)]


def test_anchors_signed_with_an_exchanged_key_are_told_by_the_noted_fingerprint(five_anchors: None) -> None:
    noted = queries.public_fingerprints()["k1"]
    assert queries.verify(fingerprint=noted).is_whole
    anchors.path().unlink()
    keys.ANCHOR.path.unlink()
    keyfiles.made().unlink()
    without_guards()
    sql("DROP TRIGGER journal_anchor_keep_delete" + (" ON journal_anchor" if connection.vendor == "postgresql" else ""))
    Anchor.objects.all().delete()
    operations.anchor(at=NOON)
    assert Wrong.STRANGE_KEY in [finding.what for finding in queries.verify(fingerprint=noted).findings]


def test_a_line_that_a_power_cut_left_unfinished_harms_nothing(five_anchors: None) -> None:
    with anchors.path().open("ab") as file:
        file.write(b'{"at":"2026-11-21T04:0')
    published(look())
    assert operations.anchor(at=NOON).number == 6
    assert queries.verify().is_whole


def test_an_anchor_that_a_crash_kept_from_the_database_is_noted_next_time(five_anchors: None) -> None:
    published(look())
    with anchors.writing() as file:
        last = file.last()
        heads = {head.shard: (head.seq, head.hash) for head in Head.objects.filter(seq__gt=0)}
        file.append(anchors.Line.signed(number=6, at=rules.instant(NOON), heads=heads, previous=last.fingerprint()))
    assert queries.verify().is_whole
    assert operations.anchor(at=NOON) is None
    assert Anchor.objects.filter(number=6).exists()


def test_old_anchors_stay_good_when_the_key_is_rotated(five_anchors: None) -> None:
    assert operations.rotate_key("anchor", actor=OFFICIAL, at=NOON) == "k2"
    operations.anchor(at=NOON)
    assert queries.verify().is_whole
    assert {line.key for line in anchors.lines()} == {"k1", "k2"}
    kept = json.loads(keys.ANCHOR.path.read_text())
    assert "private" not in kept["keys"]["k1"]
    for key in ("k1", "k2"):
        assert queries.verify(fingerprint=queries.public_fingerprints()[key]).is_whole
    assert queries.entries_about(["key:anchor"]).count() == 1


def test_digests_are_recognised_across_a_rotation(home: Path) -> None:
    before = rules.digest("value")
    operations.rotate_key("digest", actor=OFFICIAL, at=NOON)
    after = rules.digest("value")
    assert before != after
    assert rules.is_digest_of(before, "value")
    assert rules.is_digest_of(after, "value")


def test_a_key_file_is_made_once(home: Path) -> None:
    assert keys.digest_keyring() == keys.digest_keyring()
    with pytest.raises(KeyError):
        operations.rotate_key("other", actor=OFFICIAL, at=NOON)


def test_lost_keys_are_called_lost_and_nothing_is_called_forged(shard: int) -> None:
    kept = keys.ANCHOR.path.rename(keys.ANCHOR.path.with_suffix(".aside"))
    try:
        assert [what for what, *_ in found()] == [Wrong.KEY_GONE, Wrong.UNGUARDED]
        assert "keys/" in queries.verify().findings[0].sentence("en")
        with pytest.raises(operations.KeyGone):
            operations.anchor(at=NOON + timedelta(minutes=1))
        assert not keys.ANCHOR.path.exists(), "looking for a key makes none"
    finally:
        kept.rename(keys.ANCHOR.path)
    assert found() == [(Wrong.UNGUARDED, 0, 0)]
    assert operations.anchor(at=NOON + timedelta(minutes=1)) is not None
