"""Values of the kernel's types for properties: synthetic, drawn, nobody's."""

from datetime import date, timedelta

from hypothesis import strategies as st

from huimin.kernel.identifiers import CertificateId, CitizenId, Uscc
from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, organisation_check
from huimin.kernel.money import Fen
from huimin.kernel.periods import Period

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@st.composite
def citizen_ids(draw, born=days):
    division = draw(st.from_regex(r"\A[1-9][0-9]{5}\Z").map(str))
    serial = draw(st.integers(0, 999))
    return CitizenId(CitizenId.completed(f"{division}{draw(born):%Y%m%d}{serial:03d}"))


@st.composite
def usccs(draw):
    credit_sign = st.sampled_from(CREDIT_ALPHABET)
    head = draw(credit_sign) + draw(credit_sign) + f"{draw(st.integers(0, 999_999)):06d}"
    organisation = "".join(draw(st.lists(credit_sign, min_size=8, max_size=8)))
    body = head + organisation + organisation_check(organisation)
    return Uscc(body + credit_check(body))


@st.composite
def certificate_ids(draw):
    return CertificateId.compose(
        certificate_type=f"{draw(usccs())}{draw(st.integers(0, 999)):03d}",
        issuer=draw(usccs()),
        serial=draw(st.text(ALPHANUMERIC, min_size=1, max_size=20)),
        version=f"{draw(st.integers(1, 999)):03d}",
    )


fens = st.integers(-(10**15), 10**15).map(Fen)


@st.composite
def periods(draw):
    start = draw(st.dates(date(2020, 1, 1), date(2020, 3, 1)))
    length = draw(st.none() | st.integers(1, 40))
    return Period(start, None if length is None else start + timedelta(days=length))
