"""Trying a mapping, what a delivery changed, returned rows on their way back."""

from pathlib import Path

import pytest

from huimin.platform.exchange import forms, trials
from huimin.platform.exchange.changes import Change, change_of
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import land_file, withdraw_delivery
from huimin.platform.exchange.returning import NothingReturned, write_returned
from huimin.platform.exchange.tests.factories import ACTOR, AT, REFERENCE, delivered_file, insured

FORMULA = "=cmd|' /C calc'!A0"


@pytest.mark.unit
@pytest.mark.parametrize("text", [FORMULA, "@SUM(A1)", "+cmd|1", "-cmd|1", "  =1+1"])
def test_what_a_spreadsheet_would_run_is_told(text):
    assert trials.looks_like_formula(text)


@pytest.mark.unit
@pytest.mark.parametrize("text", ["", "+86 13800000000", "-12.5", "张丽", "3.4E+17", "a=b"])
def test_what_it_would_not_run_is_left_alone(text):
    assert not trials.looks_like_formula(text)


@pytest.mark.unit
def test_what_hides_or_turns_text_is_shown():
    assert trials.visible("张\u202e丽\x07\u200b") == "张‹U+202E›丽‹U+0007›‹U+200B›"
    assert trials.visible("<b>张丽</b>") == "<b>张丽</b>"


@pytest.mark.covers("D20")
@pytest.mark.django_db
def test_a_trial_says_what_would_happen_and_lands_nothing(tmp_path: Path):
    rows = [
        insured("1"),
        insured(""),
        insured("3", 证件号码="3.4E+17"),
        insured("4", 出生日期="不详"),
        insured("5", "=1+1"),
    ]
    path = delivered_file(tmp_path, "medins.insured", rows)
    tried = trials.try_file(path, sources()["medins.insured"], reference_on=REFERENCE)
    assert [row.rule for row in tried.rows] == ["", "no_record_id", "scientific_number", "", ""]
    assert (tried.landing, tried.returned, tried.doubted) == (3, 2, 2)
    name = next(item for item in tried.rows[4].items if item.item == "name")
    assert (name.raw, name.is_formula) == ("=1+1", True)
    birth = next(one for one in tried.summary if one.item == "birth_date")
    assert (birth.given, birth.valued, birth.doubted) == (1, 0, 1)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_trial_reads_fifty_rows_of_any_number(tmp_path: Path):
    path = delivered_file(tmp_path, "medins.insured", [insured(str(n)) for n in range(1, 200)])
    tried = trials.try_file(path, sources()["medins.insured"], reference_on=REFERENCE)
    assert [row.record_id for row in tried.rows] == [str(n) for n in range(1, 51)]


@pytest.mark.django_db
def test_a_trial_agrees_with_landing(tmp_path: Path):
    rows = [insured("1"), insured(""), insured("3", 证件号码="3.4E+17"), insured("4", "丽" * 101)]
    path = delivered_file(tmp_path, "medins.insured", rows)
    tried = trials.try_file(path, sources()["medins.insured"], reference_on=REFERENCE)
    delivery = land_file(path, actor=ACTOR, at=AT)
    assert sorted(delivery.quarantine.values_list("rule", flat=True)) == sorted(
        row.rule for row in tried.rows if row.rule
    )
    assert delivery.landed == tried.landing


@pytest.mark.unit
@pytest.mark.parametrize(
    ("rule", "columns", "at_fault"),
    [
        ("no_record_id", {"参保编号": ""}, {"参保编号"}),
        ("scientific_number", {"证件号码": "3.4E+17"}, {"证件号码"}),
        ("over_long_field", {"姓名": "丽" * 101, "险种": "丽" * 101}, {"姓名"}),
        ("dated_after_delivery", {}, {"最近变更时间"}),
        ("control_character", {"姓名": "张\N{SYMBOL FOR NULL}", "险种": "城"}, {"姓名"}),
        ("truncated", {"姓名": "张"}, set()),
    ],
)
def test_a_rule_points_at_its_columns(rule, columns, at_fault):
    assert trials.columns_at_fault(rule, columns, sources()["medins.insured"]) == at_fault


@pytest.mark.django_db
class TestChanges:
    def land(self, folder: Path, rows, label: str) -> Delivery:
        return land_file(delivered_file(folder, "medins.insured", rows, label=label), actor=ACTOR, at=AT)

    def test_added_changed_ended_same(self, tmp_path: Path):
        first = self.land(tmp_path, [insured(str(n)) for n in range(20)], "a")
        assert change_of(first) == Change(added=20, changed=0, same=0, ended=0)
        rows = [insured(str(n)) for n in range(1, 19)] + [insured("19", "李伟"), insured("20")]
        second = self.land(tmp_path, rows, "b")
        assert change_of(second) == Change(added=1, changed=1, same=18, ended=1)
        # What the first one changed stays what it was, whatever came later.
        assert change_of(first) == Change(added=20, changed=0, same=0, ended=0)

    def test_a_held_delivery_says_what_it_would_end(self, tmp_path: Path):
        self.land(tmp_path, [insured(str(n)) for n in range(20)], "a")
        held = self.land(tmp_path, [insured("1")], "b")
        assert held.state == Delivery.State.HELD
        assert change_of(held) == Change(added=0, changed=0, same=1, ended=19)

    def test_a_withdrawn_one_changes_nothing(self, tmp_path: Path):
        first = self.land(tmp_path, [insured("1")], "a")
        withdraw_delivery(number=first.number, reason="发错", actor=ACTOR, at=AT)
        first.refresh_from_db()
        assert change_of(first) == Change(added=0, changed=0, same=0, ended=0)


@pytest.mark.django_db
class TestReturning:
    def test_returned_rows_go_back_in_the_departments_form(self, tmp_path: Path):
        rows = [insured("1"), insured("", FORMULA), insured("3", 证件号码="3.4E+17")]
        delivery = land_file(delivered_file(tmp_path, "medins.insured", rows), actor=ACTOR, at=AT)
        path = write_returned(delivery, tmp_path)
        back = forms.read_table(path, sources()["medins.insured"].form).to_pylist()
        assert [(row["参保编号"], row["姓名"], row["证件号码"]) for row in back] == [
            ("", FORMULA, "11010519491231002X"),
            ("3", "张丽", "3.4E+17"),
        ]

    def test_nothing_goes_back_where_nothing_was_returned(self, tmp_path: Path):
        delivery = land_file(delivered_file(tmp_path, "medins.insured", [insured("1")]), actor=ACTOR, at=AT)
        with pytest.raises(NothingReturned):
            write_returned(delivery, tmp_path)
