import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.codes import (
    Certainty,
    CodeList,
    CodeListDeclaration,
    NotInCodeList,
    UnknownCodeList,
    code_list,
    code_lists,
    read_code_lists,
)
from huimin.kernel.declarations import DeclarationWrong

pytestmark = pytest.mark.unit

entries = st.sampled_from([(each, code) for each in code_lists() for code in each])


@pytest.mark.covers("D23")
def test_the_lists_of_the_standards_page_are_there():
    sizes = {each.name: len(each) for each in code_lists()}
    assert sizes["ethnicity"] == 58
    assert sizes["industry"] == 20 + 97
    assert {"sex", "marital_status", "education", "political_status", "kinship", "share_type", "update_cycle"} <= set(
        sizes
    )


@given(entries, st.sampled_from(["zh", "en"]))
def test_a_code_is_read_back_from_its_own_words(entry, language):
    codes, code = entry
    known = codes.entry(code)
    assert codes.parse(code) == code
    assert codes.parse(known.zh if language == "zh" else known.en) in (code, known.parent)
    assert all(codes.parse(word) == code for word in known.synonyms)
    assert codes.title(language)
    assert (code, codes.label(code, language)) in codes.choices(language)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "f emale", "2"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "土家族", "15"),
        ("ethnicity", "０１", "01"),
        ("marital_status", "离异", "40"),
        ("education", "大专", "30"),
        ("education", "中专", "40"),
        ("industry", "f52", "52"),
        ("industry", "房地产业", "K"),
        ("kinship", "父亲", "50"),
        ("disability_level", "一级", "1"),
    ],
)
def test_departments_words_for_it(name, text, code):
    assert code_list(name).parse(text) == code


@pytest.mark.parametrize("text", ["", "99", "人妖", "5 0 0"])
def test_a_code_beyond_the_list_is_refused_with_the_lists_name(text):
    with pytest.raises(NotInCodeList) as refused:
        code_list("marital_status").parse(text)
    assert "婚姻状况代码" in refused.value.sentence()
    assert "GB/T 2261.2-2003" in refused.value.sentence("en")
    assert code_list("marital_status").find(text) is None
    assert text not in code_list("marital_status")


def test_levels():
    marital, industry = code_list("marital_status"), code_list("industry")
    assert marital.children("20") == ("21", "22", "23")
    assert marital.top("22") == "20"
    assert industry.top("52") == "F"
    assert [len(industry.children(section)) for section in "ACT"] == [5, 31, 1]


@given(entries)
def test_what_is_uncertain_never_reads_as_a_fact(entry):
    codes, code = entry
    hedged = "（待核）" in codes.label(code) and "unconfirmed" in codes.label(code, "en")
    assert hedged is not codes.is_certain(code)


def test_kinship_waits_for_its_text():
    assert code_list("kinship").certainty is Certainty.UNCERTAIN
    assert code_list("kinship").label("10") == "配偶（待核）"


def declaration(**changes):
    codes = [{"code": "1", "zh": "甲", "en": "A"}, {"code": "2", "zh": "乙", "en": "B", "certainty": "uncertain"}]
    content = {"name": "x", "standard_ref": "S-1", "zh": "表", "en": "X", "certainty": "known", "codes": codes}
    return content | changes


def test_a_single_code_may_be_uncertain():
    codes = CodeList(CodeListDeclaration.model_validate(declaration()))
    assert codes.label("1") == "甲"
    assert codes.label("2") == "乙（待核）"


@pytest.mark.parametrize(
    "codes",
    [
        [{"code": "1", "zh": "甲", "en": "A"}, {"code": "1", "zh": "乙", "en": "B"}],
        [{"code": "1", "zh": "甲", "en": "A"}, {"code": "2", "zh": "乙", "en": "B", "synonyms": ["甲"]}],
        [{"code": "1", "zh": "甲", "en": "A", "parent": "9"}],
    ],
)
def test_a_list_that_contradicts_itself_is_refused(codes):
    with pytest.raises(ValueError, match=r"twice|both|parent"):
        CodeListDeclaration.model_validate(declaration(codes=codes))


def write(folder, name, content):
    (folder / name).write_text(content, encoding="utf-8")


LIST = 'name: x\nstandard_ref: {ref}\nzh: 表\nen: X\ncertainty: known\n{more}codes:\n  - {{code: "1", zh: 甲, en: A}}\n'


def test_two_versions_of_a_list_stand_side_by_side(tmp_path):
    write(tmp_path, "old.yaml", LIST.format(ref="S-2013", more="superseded_by: S-2026\n"))
    write(tmp_path, "new.yaml", LIST.format(ref="S-2026", more=""))
    assert set(read_code_lists(tmp_path)) == {("x", "S-2013"), ("x", "S-2026")}


def test_two_current_versions_are_a_mistake(tmp_path):
    write(tmp_path, "a.yaml", LIST.format(ref="S-2013", more=""))
    write(tmp_path, "b.yaml", LIST.format(ref="S-2026", more=""))
    with pytest.raises(ValueError, match="two current versions"):
        read_code_lists(tmp_path)


def test_a_wrong_list_names_its_file(tmp_path):
    write(tmp_path, "a.yaml", LIST.format(ref="S", more="colour: red\n"))
    with pytest.raises(DeclarationWrong, match=r"a\.yaml:6: colour"):
        read_code_lists(tmp_path)


def test_a_list_is_found_by_name_and_standard():
    assert code_list("sex", "GB/T 2261.1-2003") is code_list("sex", "GB/T 2261.1-2003")
    for arguments in (("shoe_size",), ("sex", "GB/T 2261.1-1980")):
        with pytest.raises(UnknownCodeList):
            code_list(*arguments)


@given(entries)
def test_the_spellings_in_bulk_mean_what_find_finds(entry):
    codes, _ = entry
    assert all(codes.find(word) == code for word, code in codes.spellings().items())
    assert set(codes.spellings().values()) == set(codes)
    with pytest.raises(TypeError):
        codes.spellings()["新"] = "1"


def test_a_refused_code_crosses_a_process_border():
    with pytest.raises(NotInCodeList) as refused:
        code_list("sex").parse("x")
    assert pickle.loads(pickle.dumps(refused.value)).sentence() == refused.value.sentence()
