"""The files: the same bytes for the same plan, readable as declared, damaged as labelled, true to their manifest."""

import argparse
import csv
import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from fnmatch import fnmatch

import pyarrow.parquet as pq
import pytest

from huimin.cli import synth as command
from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import CYCLE_DAYS, resources
from huimin.platform.exchange.rules import is_stale
from huimin.tooling.synth import damage, reading, vocabulary
from huimin.tooling.synth.block import Plan
from huimin.tooling.synth.delivery import MANIFEST, FolderNotEmpty, TooFewPeople, make_city, sources_of
from huimin.tooling.synth.extracts import EXTRACTS

PLAN = Plan("wuhu", 6000, 11)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    out = tmp_path_factory.mktemp("synth") / "city"
    make_city(PLAN, out, labels=out.with_name("labels"))
    return out


@pytest.fixture(scope="module")
def sources():
    return sources_of("wuhu")


@pytest.fixture(scope="module")
def labels(city):
    return {path.stem: pq.read_table(path) for path in city.with_name("labels").glob("*.parquet")}


def manifest(folder):
    with (folder / MANIFEST).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_one_plan_gives_the_same_bytes_however_many_made_them(tmp_path):
    plan = Plan("wuhu", 2500, 3, least_block=1000)
    make_city(plan, tmp_path / "one", labels=tmp_path / "truth of one")
    make_city(plan, tmp_path / "two", labels=tmp_path / "truth of two", workers=2)
    make_city(Plan("wuhu", 2500, 4, least_block=1000), tmp_path / "other")
    one, two, other = (contents(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert contents(tmp_path / "truth of one") == contents(tmp_path / "truth of two")
    assert one["gaj/police_population_20260630.csv"] != other["gaj/police_population_20260630.csv"]


def test_every_file_reads_back_with_the_rows_of_its_manifest(city, sources):
    lines = manifest(city)
    assert [line["到达时间"] for line in lines] == sorted(line["到达时间"] for line in lines)
    assert {line["资源代码"] for line in lines} == set(EXTRACTS) == set(sources)
    for line in lines:
        path = city / line["文件"]
        source = sources[line["资源代码"]]
        table = forms.read_table(path, source.form)
        assert table.num_rows == int(line["数据行数"]), line["文件"]
        assert hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == line["MD5"]
        assert any(fnmatch(line["文件"], pattern) for pattern in source.files)
        assert line["数据性质"] == "合成数据"


def test_the_increments_come_late_twice_and_in_another_column_order(city, sources):
    files = [line["文件"] for line in manifest(city) if line["资源代码"] == "hrss.insured"]
    assert len(files) == 12
    assert [file[-12:-8] for file in files[1:]] != sorted(file[-12:-8] for file in files[1:])
    four = city / "rsj/hrss_insured_20260623_inc.csv"
    assert four.read_bytes() == four.with_name("hrss_insured_20260623_inc_resend.csv").read_bytes()
    headers = {file: (city / file).read_text("utf-8-sig").splitlines()[0] for file in files}
    assert len(set(headers.values())) == 2
    operations = Counter()
    for file in files[1:]:
        operations.update(forms.read_table(city / file, sources["hrss.insured"].form)["cd_operation"].to_pylist())
    assert set(operations) == {"I", "U", "D"}


def test_what_the_labels_call_damaged_is_what_the_form_finds_damaged(city, sources, labels):
    rows = labels["deliveries"].to_pylist()
    assert {row["rule"] for row in rows if row["must_quarantine"]} == {
        damage.TRUNCATED, damage.CONTROL, damage.NO_ID, damage.SCIENTIFIC, damage.OVER_LONG, damage.FUTURE,
    }  # fmt: skip
    seen = {damage.TRUNCATED: "truncated", damage.CONTROL: "control_character", damage.SCIENTIFIC: "scientific_number"}
    for line in manifest(city):
        told = Counter(
            (row["line"], seen[row["rule"]]) for row in rows if row["file"] == line["文件"] and row["rule"] in seen
        )
        table = forms.read_table(city / line["文件"], sources[line["资源代码"]].form)
        found = Counter(
            (at, defect)
            for at, defect in zip(table[forms.LINE].to_pylist(), table[forms.DEFECT].to_pylist(), strict=True)
            if defect
        )
        assert told == found, line["文件"]


def test_damage_that_only_the_agreement_sees_is_there(city, sources, labels):
    rows = labels["deliveries"].to_pylist()
    for line in manifest(city):
        source = sources[line["资源代码"]]
        table = forms.read_table(city / line["文件"], source.form)
        at = dict(zip(table[forms.LINE].to_pylist(), table.to_pylist(), strict=True))
        for row in (row for row in rows if row["file"] == line["文件"] and source.form.kind != "workbook"):
            delivered = at[row["line"]]
            match row["rule"]:
                case damage.NO_ID:
                    assert not delivered[source.records.id]
                case damage.OVER_LONG:
                    assert len(delivered[EXTRACTS[line["资源代码"]].names_in]) > 300
                case damage.FUTURE:
                    assert reading.date(delivered[source.records.as_of]) > PLAN.as_of.isoformat()
                case None:
                    assert delivered[source.records.id] == row["record_id"]


def test_duplicates_are_the_same_in_every_cell(city, sources, labels):
    rows = [row for row in labels["deliveries"].to_pylist() if row["file"].endswith("police_population_20260630.csv")]
    table = forms.read_table(city / rows[0]["file"], sources["police.population"].form)
    by_line = dict(zip(table[forms.LINE].to_pylist(), table.drop_columns([forms.LINE]).to_pylist(), strict=True))
    twice = [row for row in rows if row["kind"] == "dup"]
    assert twice
    for row in twice:
        first = next(one for one in rows if one["kind"] == "row" and one["record_id"] == row["record_id"])
        assert by_line[first["line"]] == by_line[row["line"]]


def test_links_name_every_landed_record_once(labels):
    links = labels["links"].to_pylist()
    keys = [(row["resource"], row["record_id"]) for row in links]
    assert len(set(keys)) == len(keys)
    landed = {
        (row["resource"], row["record_id"])
        for row in labels["deliveries"].to_pylist()
        if row["kind"] in ("row", "delete")
    }
    assert landed == set(keys)
    for row in links:
        assert row["deleted"] == (row["person_uid"] is None and row["org_uid"] is None)
        assert not (row["person_uid"] and row["org_uid"])
    resolvable = sum(row["resolvable"] for row in links) / len(links)
    assert 0.98 < resolvable < 0.999


def test_golden_values_are_valid_and_disputed_as_often_as_reviewed(labels):
    golden = labels["golden_people"].to_pylist()
    assert Counter(row["field"] for row in golden)["name"] == len({row["uid"] for row in golden})
    for row in golden:
        accepted = json.loads(row["accepted"])
        assert ([row["expected"], row["source"]] in accepted) == (row["expected"] is not None)
        if row["field"] == "citizen_id" and row["expected"]:
            assert CitizenId.parse(row["expected"]) == row["expected"]
    share = {
        field: sum(row["disputed"] for row in golden if row["field"] == field)
        / sum(row["field"] == field for row in golden)
        for field in {row["field"] for row in golden}
    }
    assert share["citizen_id"] == share["hukou_address"] == 0
    reviewed = {
        "birth_date": 0.022, "education": 0.027, "employer_name": 0.055, "marital_status": 0.071, "name": 0.038,
        "phone": 0.055, "residence_address": 0.054, "sex": 0.008,
    }  # fmt: skip
    for field, measured in reviewed.items():
        assert measured / 2 < share[field] < measured * 2, (field, share[field])


def test_golden_organisations_have_valid_codes(labels):
    for row in labels["golden_orgs"].to_pylist():
        if row["field"] == "uscc" and row["expected"]:
            assert Uscc.parse(row["expected"]) == row["expected"]


# Of the rows of a resource: shares of numbers as measured on the reviewed set (missing or empty, not readable as a valid one).
@pytest.mark.parametrize(
    ("resource", "column", "missing", "unreadable"),
    [
        ("police.population", "公民身份号码", 0.0, 0.0004),
        ("health.ehr", "person.idCard", 0.073, 0.019),
        ("hrss.insured", "社会保障号码", 0.0, 0.0055),
        ("medins.insured", "证件号码", 0.0, 0.0072),
        ("water.accounts", "证件号", 0.757, 0.024),
        ("power.accounts", "证件号码", 0.54, 0.019),
        ("gas.accounts", "身份证", 0.677, 0.026),
        ("grid.visits", "person.idNo", 0.68, 0.004),
        ("housing.property", "zjhm", 0.029, 0.009),
    ],
)
def test_numbers_are_as_bad_as_departments_write_them(city, sources, labels, resource, column, missing, unreadable):
    good = {
        row["record_id"]
        for row in labels["deliveries"].to_pylist()
        if row["resource"] == resource and row["kind"] == "row"
    }
    person = {
        row["record_id"] for row in labels["links"].to_pylist() if row["resource"] == resource and row["person_uid"]
    }
    numbers: list[str | None] = []
    for line in manifest(city):
        if line["资源代码"] == resource:
            table = forms.read_table(city / line["文件"], sources[resource].form)
            ids = table[sources[resource].records.id].to_pylist()
            numbers += [
                number for number, record in zip(table[column].to_pylist(), ids, strict=True) if record in good & person
            ]
    blank = sum(not number for number in numbers) / len(numbers)
    bad = sum(bool(number) and reading.citizen_number(number) is None for number in numbers) / len(numbers)
    assert abs(blank - missing) < 0.01 + missing * 0.12
    assert abs(bad - unreadable) < 0.002 + unreadable * 0.5


def test_every_kind_of_mess_occurs(city):
    police = (city / "gaj/police_population_20260630.csv").read_bytes().decode("gb18030")
    medins = (city / "ybj/medins_insured_20260630.tsv").read_text("utf-8")
    visits = (city / "zfw/grid_visits_20260630.jsonl").read_text("utf-8")
    everything = "".join((police, medins, visits, (city / "rsj/hrss_insured_20260619_full.csv").read_text("utf-8")))
    assert '"' in police
    for mark in (
        "E+17",
        "女士",
        "先生",
        "某",
        "？",
        "0553-",
        "+86",
        "'34",
        "村民组",
        "无为县",
        "号楼",
        "#",
        "栋",
        "３４",
    ):
        assert mark in everything, mark
    assert any(mark in everything for mark in ("<script>", "<b>", "onerror"))
    assert any(mark in everything for mark in ("=cmd", "@SUM", "+1+1", "=HYPERLINK"))


def test_an_empty_city_is_a_manifest_and_a_notice(tmp_path):
    made = make_city(Plan("wuhu", 0, 1), tmp_path / "none")
    assert made.files == made.rows == 0
    assert manifest(tmp_path / "none") == []
    assert "Synthetic" in (tmp_path / "none" / "README.md").read_text("utf-8")


def test_what_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").touch()
    with pytest.raises(FolderNotEmpty):
        make_city(PLAN, tmp_path / "full")
    with pytest.raises(TooFewPeople):
        make_city(Plan("wuhu", -1, 1), tmp_path / "less")
    with pytest.raises(vocabulary.NoSuchPlaces):
        make_city(Plan("atlantis", 10, 1), tmp_path / "gone")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]


@pytest.mark.parametrize("people", [1, 2, 3, 7, 40])
def test_the_smallest_cities_can_be_made(tmp_path, sources, people):
    make_city(Plan("wuhu", people, 2), tmp_path / "hamlet", labels=tmp_path / "labels")
    for line in manifest(tmp_path / "hamlet"):
        table = forms.read_table(tmp_path / "hamlet" / line["文件"], sources[line["资源代码"]].form)
        assert table.num_rows == int(line["数据行数"])


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError("no space left")

    monkeypatch.setattr(forms, "write", fails)
    with pytest.raises(OSError, match="no space"):
        make_city(Plan("wuhu", 50, 1), tmp_path / "lost")
    assert list(tmp_path.iterdir()) == []


def test_tables_hold_the_truth_apart_from_the_files(city, sources):
    for line in manifest(city):
        names = set(forms.read_table(city / line["文件"], sources[line["资源代码"]].form).schema.names)
        assert not names & set(damage.OURS)


def test_the_command_reads_its_options_and_says_what_it_made(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(
        ["synth", "--out", str(tmp_path / "made"), "--people", "60", "--labels", str(tmp_path / "labels")]
    )
    assert (args.city, args.seed) == ("wuhu", 1)
    assert args.run(args) == 0
    assert len(manifest(tmp_path / "made")) == 33
    assert len(list((tmp_path / "labels").iterdir())) == 5
    assert "60" in capsys.readouterr().out
    with pytest.raises(FolderNotEmpty):
        args.run(args)


def test_a_city_is_as_of_its_day(tmp_path, sources):
    """Nothing is dated after the day, files bear dates up to it, and who stopped delivering is behind by what is declared."""
    plan = Plan("wuhu", 900, 3, as_of=date(2027, 3, 2))
    make_city(plan, tmp_path / "later", labels=tmp_path / "labels")
    lines = manifest(tmp_path / "later")
    arrived = {line["资源代码"]: date.fromisoformat(line["到达时间"][:10]) for line in lines}
    late = {code for code, extract in EXTRACTS.items() if extract.behind}
    assert arrived == {code: plan.as_of - timedelta(days=extract.behind) for code, extract in EXTRACTS.items()}
    assert {
        code for code, on in arrived.items() if is_stale(on, plan.as_of, CYCLE_DAYS[resources()[code].cycle])
    } == late
    assert {"gaj/police_population_20270302.csv", "rsj/hrss_insured_20270301_inc.csv"} <= {
        line["文件"] for line in lines
    }
    bad = {
        (row["file"], row["line"])
        for row in pq.read_table(tmp_path / "labels" / "deliveries.parquet").to_pylist()
        if row["must_quarantine"]
    }
    newest = {}
    for line in lines:
        source = sources[line["资源代码"]]
        for row in forms.read_table(tmp_path / "later" / line["文件"], source.form).to_pylist():
            told = reading.date(row[source.records.as_of] or "")
            if told and (line["文件"], row[forms.LINE]) not in bad and source.form.kind != "workbook":
                newest[line["资源代码"]] = max(told, newest.get(line["资源代码"], ""))
    assert max(newest.values()) == plan.as_of.isoformat()
    assert all(newest[code] <= arrived[code].isoformat() for code in newest)
