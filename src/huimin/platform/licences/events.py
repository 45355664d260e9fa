"""What licences announce. Their subject is `licence:<public id>`; no name, no number of a person stands in any of them."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class LicenceFact(Fact):
    """Something happened to a licence. Published only as one of its subclasses; `type` is the code of its type."""

    type: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class LicenceGranted(LicenceFact):
    """An authority granted a licence; `digest` is the SM3 of what was signed, `case` what it came from, blank for none."""

    digest: str
    case: str = ""

    zh = "颁发电子证照"
    en = "Licence granted"


@dataclass(frozen=True, kw_only=True)
class LicenceMoved(LicenceFact):
    """A licence was suspended, restored, revoked, cancelled or withdrawn: the code of its state, and why in a code of its own."""

    state: str
    case: str = ""

    zh = "电子证照状态变更"
    en = "Licence changed its standing"


@dataclass(frozen=True, kw_only=True)
class LicenceReissued(LicenceFact):
    """A newer version took the place of a licence."""

    successor: str
    case: str = ""

    zh = "换发电子证照"
    en = "Licence reissued"


@dataclass(frozen=True, kw_only=True)
class LicencePresented(LicenceFact):
    """The holder made a short-lived code to show his licence."""

    zh = "出示电子证照"
    en = "Licence presented"


@dataclass(frozen=True, kw_only=True)
class LicenceChecked(LicenceFact):
    """Somebody checked a licence by the holder's code or the printed one (`by`), and was told its standing."""

    by: str
    state: str

    zh = "核验电子证照"
    en = "Licence checked"


@dataclass(frozen=True, kw_only=True)
class LicenceUsed(LicenceFact):
    """A case took the licence in place of a paper: the holder needed to hand in nothing."""

    case: str

    zh = "用证免提交"
    en = "Licence used in place of a paper"


@dataclass(frozen=True, kw_only=True)
class CopyAnnotated(LicenceFact):
    """A copy with a purpose and an end was made 加注件."""

    copy: str
    until: str

    zh = "制作加注件"
    en = "Annotated copy made"


@dataclass(frozen=True, kw_only=True)
class LicenceLookedAt(LicenceFact):
    """An official of the department that issued it opened it in the register; published before it was shown."""

    zh = "发证部门查看电子证照"
    en = "The issuing department looked at a licence"


@dataclass(frozen=True, kw_only=True)
class HolderSearched(Fact):
    """An official searched his department's register by a holder's number.

    The subject is the holder, `found` how many licences he has there.
    """

    department: str
    found: int

    zh = "按持证人号码查证照"
    en = "Licences searched by a holder's number"


@dataclass(frozen=True, kw_only=True)
class LicenceExpiring(LicenceFact):
    """A licence comes to its end: the day (ISO), told once, so that its renewal can be offered."""

    until: str

    zh = "电子证照即将到期"
    en = "Licence about to expire"
