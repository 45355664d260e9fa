import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huimin.kernel.identifiers import (
    CertificateId,
    CertificateIdMistyped,
    GridCellId,
    NotACertificateId,
    NotAGridCellId,
    NotAnOrganisationCode,
    NotAUscc,
    OrganisationCode,
    Uscc,
    UsccMistyped,
)
from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, mod_37_36
from huimin.kernel.tests.strategies import ALPHANUMERIC, certificate_ids, usccs

pytestmark = pytest.mark.unit

REAL_FORMAT = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


@pytest.mark.covers("D23")
@pytest.mark.parametrize("sample", ["91350100M000100Y43", "11100000000013338W", "11430000006122244L"])
def test_credit_codes_of_the_standard_and_of_real_bodies(sample):
    assert Uscc(sample).organisation_code == sample[8:17]


def test_what_a_credit_code_says():
    code = Uscc("91350100M000100Y43")
    assert (code.authority, code.division_hint, code.tax_number) == ("9", "350100", "350100M000100Y4")
    assert code.organisation_code.written == "M000100Y-4"


@given(usccs(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_every_single_wrong_character_of_a_credit_code_is_caught(code, place, sign):
    assume(code[place] != sign)
    with pytest.raises(NotAUscc):
        Uscc(code[:place] + sign + code[place + 1 :])


@given(usccs(), st.integers(0, 16))
def test_every_swap_of_neighbours_in_a_credit_code_is_caught(code, place):
    assume(code[place] != code[place + 1])
    with pytest.raises(NotAUscc):
        Uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(usccs(), st.integers(0, 18))
def test_parsing_a_credit_code_undoes_typing(code, gap):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert Uscc.parse(f" '{code[:gap].lower()} {code[gap:].lower()}") == Uscc.parse(wide) == code


def test_the_organisation_code_inside_is_held_to_its_own_check():
    body = "91350100M000100Y5"
    with pytest.raises(UsccMistyped):
        Uscc(body + credit_check(body))


@pytest.mark.parametrize(
    "text", ["", "91350100M000100Y4", "91350100I000100Y43", "9135010OM000100Y43", "350100M000100Y4"]
)
def test_what_is_no_credit_code_is_refused(text):
    with pytest.raises(NotAUscc) as refused:
        Uscc.parse(text)
    assert type(refused.value) is NotAUscc


@given(usccs())
def test_an_organisation_code_is_read_with_or_without_its_dash(code):
    inner = code.organisation_code
    assert OrganisationCode.parse(inner.written.lower()) == OrganisationCode.parse(inner) == inner


def test_a_wrong_organisation_code_is_refused():
    with pytest.raises(NotAnOrganisationCode):
        OrganisationCode("M000100Y5")


def test_the_certificate_identifier_of_a_real_format():
    certificate = CertificateId(REAL_FORMAT)
    assert certificate.issuer == "11430000006122244L"
    assert certificate.defined_by == "11100000000013338W"
    assert (certificate.certificate_type, certificate.serial, certificate.version) == (
        "11100000000013338W011",
        "20230000403",
        "001",
    )
    assert CertificateId.parse(REAL_FORMAT.removeprefix("1.2.156.3005.2").lower()) == certificate


@given(certificate_ids())
def test_composing_and_taking_apart_a_certificate_identifier_agree(certificate):
    assert CertificateId.parse(f" {certificate} ".lower()) == certificate
    again = CertificateId.compose(
        certificate_type=certificate.certificate_type,
        issuer=certificate.issuer,
        serial=certificate.serial,
        version=certificate.version,
    )
    assert again == certificate


@given(st.text(ALPHANUMERIC, min_size=1, max_size=40), st.data())
def test_mod_37_36_catches_single_errors_and_swaps(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    sign = data.draw(st.sampled_from(ALPHANUMERIC))
    if sign != body[place]:
        assert mod_37_36(body[:place] + sign + body[place + 1 :]) != mod_37_36(body)


@given(certificate_ids(), st.data())
def test_a_wrong_serial_is_caught(certificate, data):
    sign = data.draw(st.sampled_from(ALPHANUMERIC))
    wrong = sign + certificate.serial[1:]
    assume(wrong != certificate.serial)
    with pytest.raises(CertificateIdMistyped):
        CertificateId(certificate.replace(f".{certificate.serial}.", f".{wrong}.", 1))


@pytest.mark.parametrize(
    ("kind", "issuer"),
    [("11100000000013338X011", "11430000006122244L"), ("11100000000013338W011", "11430000006122244M")],
)
def test_the_credit_codes_inside_are_held_to_their_checks(kind, issuer):
    check = mod_37_36(f"{kind}{issuer}1001")
    with pytest.raises(CertificateIdMistyped):
        CertificateId(f"1.2.156.3005.2.{kind}.{issuer}.1.001.{check}")


@pytest.mark.parametrize("text", ["", "1.2.156.3005.2", REAL_FORMAT.replace("3005", "3006"), REAL_FORMAT[:-2]])
def test_what_is_no_certificate_identifier_is_refused(text):
    with pytest.raises(NotACertificateId):
        CertificateId.parse(text)


def test_a_certificate_needs_parts_that_can_be_written():
    with pytest.raises(NotACertificateId):
        CertificateId.compose(certificate_type="11100000000013338W011", issuer=Uscc("11430000006122244L"), serial="a-1")


def test_a_grid_cell_lies_in_its_community_street_and_division():
    cell = GridCellId.parse("３４０２０２ 002017 00a")
    assert (cell, cell.division, cell.street, cell.community) == (
        "34020200201700A",
        "340202",
        "340202002",
        "340202002017",
    )


@pytest.mark.parametrize("text", ["", "34020200201700", "990202002017001", "34O202002017001", "34020200201700-"])
def test_what_is_no_grid_cell_is_refused(text):
    with pytest.raises(NotAGridCellId):
        GridCellId.parse(text)
