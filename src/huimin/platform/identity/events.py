"""What happened to accounts, posts, rights and sign-ins. Subjects are references; nothing here names a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class CityLoaded(Fact):
    """The declared departments, posts, grants and duties of a city were taken over; counts are of what was written."""

    zh: ClassVar[str] = "本市部门、岗位和授权声明已载入"
    en: ClassVar[str] = "The city's departments, posts and grants were loaded"
    departments: int
    posts: int
    grants: int
    ended: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Fact):
    """An account was opened; nobody is proven yet."""

    zh: ClassVar[str] = "开立账号"
    en: ClassVar[str] = "An account was opened"
    account_kind: str


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Fact):
    """An account can no longer sign in; what it did stays."""

    zh: ClassVar[str] = "停用账号"
    en: ClassVar[str] = "The account was closed"


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Fact):
    """Somebody chose a language or the elder mode."""

    zh: ClassVar[str] = "更改阅读偏好"
    en: ClassVar[str] = "Reading preferences were changed"


@dataclass(frozen=True, kw_only=True)
class CodeSent(Fact):
    """A code went to the telephone registered for the person that the account says it is."""

    zh: ClassVar[str] = "向登记电话发送验证码"
    en: ClassVar[str] = "A code was sent to the registered telephone"
    purpose: str


@dataclass(frozen=True, kw_only=True)
class CodeRefused(Fact):
    """A wrong code was given."""

    zh: ClassVar[str] = "验证码不正确（第 {tries} 次）"
    en: ClassVar[str] = "A wrong code was given ({tries})"
    tries: int


@dataclass(frozen=True, kw_only=True)
class AccountProven(Fact):
    """An account was bound to this very person (the subject)."""

    zh: ClassVar[str] = "账号完成实名认证"
    en: ClassVar[str] = "The account was proven to be this person"
    account: str
    assurance: int


@dataclass(frozen=True, kw_only=True)
class AccountUnbound(Fact):
    """An account was found not to be this person (the subject) and no longer sees this person's data."""

    zh: ClassVar[str] = "解除账号与本人的绑定"
    en: ClassVar[str] = "The account is no longer bound to this person"
    account: str


@dataclass(frozen=True, kw_only=True)
class AccessRestored(Fact):
    """Somebody who had lost password or phone was let back in: the password is new, the lost second factors are
    gone."""

    zh: ClassVar[str] = "找回账号，已换新密码"
    en: ClassVar[str] = "Access was restored with a new password"
    by_code: bool


@dataclass(frozen=True, kw_only=True)
class FirstCodeIssued(Fact):
    """An official who holds no post got a new code for a first sign-in; password, second factors and sessions ended."""

    zh: ClassVar[str] = "重发首次登录码，原密码、两步验证和登录均已失效"
    en: ClassVar[str] = "A new code for a first sign-in was issued; password, second factors and sessions ended"


@dataclass(frozen=True, kw_only=True)
class FirstPasswordSet(Fact):
    """An official used the code of the first sign-in and chose a password."""

    zh: ClassVar[str] = "用首次登录码设置了密码"
    en: ClassVar[str] = "The first sign-in code was used and a password chosen"


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """A sign-in succeeded, by these methods in order."""

    zh: ClassVar[str] = "登录"
    en: ClassVar[str] = "Signed in"
    methods: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Fact):
    """A sign-in failed; so many in a row, and closed until then if that was too many."""

    zh: ClassVar[str] = "登录失败（连续第 {failures} 次）"
    en: ClassVar[str] = "A sign-in failed ({failures} in a row)"
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """A session was ended by its holder."""

    zh: ClassVar[str] = "退出登录"
    en: ClassVar[str] = "Signed out"


@dataclass(frozen=True, kw_only=True)
class SecondFactorChanged(Fact):
    """An authenticator app, a passkey or the recovery codes were added, removed or replaced."""

    zh: ClassVar[str] = "更改两步验证方式"
    en: ClassVar[str] = "The second factor was changed"
    factor: str
    change: str


@dataclass(frozen=True, kw_only=True)
class PostTaken(Fact):
    """An account began to hold a post."""

    zh: ClassVar[str] = "到岗 {post}"
    en: ClassVar[str] = "Took the post {post}"
    post: str


@dataclass(frozen=True, kw_only=True)
class PostLeft(Fact):
    """An account no longer holds a post; its open work is to be handed over."""

    zh: ClassVar[str] = "离岗 {post}"
    en: ClassVar[str] = "Left the post {post}"
    post: str


@dataclass(frozen=True, kw_only=True)
class AccessGranted(Fact):
    """A post or a department's system (the subject) was granted fields of a resource."""

    zh: ClassVar[str] = "授权 {grant}：{resource}"
    en: ClassVar[str] = "Granted {grant}: {resource}"
    grant: str
    resource: str
    granted_until: datetime


@dataclass(frozen=True, kw_only=True)
class AccessEnded(Fact):
    """A grant was ended before its time."""

    zh: ClassVar[str] = "终止授权 {grant}"
    en: ClassVar[str] = "Ended the grant {grant}"
    grant: str


@dataclass(frozen=True, kw_only=True)
class DelegationOffered(Fact):
    """A person or firm (the subject) offered an account to act for it."""

    zh: ClassVar[str] = "委托他人代办"
    en: ClassVar[str] = "Asked somebody to act on one's behalf"
    delegation: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class DelegationRegistered(Fact):
    """A clerk saw the papers by which an account may act for the subject."""

    zh: ClassVar[str] = "窗口登记代办关系"
    en: ClassVar[str] = "A delegation was registered at a window"
    delegation: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class DelegationAccepted(Fact):
    """The agent agreed to act for the subject."""

    zh: ClassVar[str] = "接受代办委托"
    en: ClassVar[str] = "The delegation was accepted"
    delegation: str


@dataclass(frozen=True, kw_only=True)
class DelegationDeclined(Fact):
    """The agent did not agree to act for the subject."""

    zh: ClassVar[str] = "谢绝代办委托"
    en: ClassVar[str] = "The delegation was declined"
    delegation: str


@dataclass(frozen=True, kw_only=True)
class DelegationRevoked(Fact):
    """An account may no longer act for the subject."""

    zh: ClassVar[str] = "终止代办"
    en: ClassVar[str] = "The delegation was revoked"
    delegation: str


@dataclass(frozen=True, kw_only=True)
class RepresentationConfirmed(Fact):
    """By the register of firms an account's person is the legal representative of the firm (the subject)."""

    zh: ClassVar[str] = "按登记数据确认为法定代表人"
    en: ClassVar[str] = "Confirmed as the legal representative by the register of firms"
    delegation: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class RepresentationEnded(Fact):
    """The register of firms names somebody else as the legal representative of the firm (the subject)."""

    zh: ClassVar[str] = "按登记数据不再是法定代表人，代表权终止"
    en: ClassVar[str] = "No longer the legal representative by the register of firms; the power ended"
    delegation: str


@dataclass(frozen=True, kw_only=True)
class SealUsed(Fact):
    """A firm's (the subject's) electronic seal was put on something of which the digest is kept, and left a mark.

    `simulated`: no authority made the seal.
    """

    zh: ClassVar[str] = "使用企业电子印章：{what}"
    en: ClassVar[str] = "The firm's electronic seal was used: {what}"
    what: str
    sealed: str
    mark: str
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class ActingBegan(Fact):
    """In this session an agent began to act for the subject."""

    zh: ClassVar[str] = "开始代办"
    en: ClassVar[str] = "Began to act on somebody's behalf"
    delegation: str


@dataclass(frozen=True, kw_only=True)
class AdministratorAppointed(Fact):
    """An account became one of the three separated administrators."""

    zh: ClassVar[str] = "任命管理员（{role}）"
    en: ClassVar[str] = "Appointed as administrator ({role})"
    role: str


@dataclass(frozen=True, kw_only=True)
class AdministratorDismissed(Fact):
    """An account is no longer an administrator."""

    zh: ClassVar[str] = "免去管理员（{role}）"
    en: ClassVar[str] = "Dismissed as administrator ({role})"
    role: str


@dataclass(frozen=True, kw_only=True)
class PowerBorrowed(Fact):
    """An administrator borrowed power until then; the reason is kept under the loan's number and by its digest."""

    zh: ClassVar[str] = "借用管理权限 {loan}"
    en: ClassVar[str] = "Borrowed administrator power {loan}"
    loan: str
    reason_digest: str
    loan_until: datetime


@dataclass(frozen=True, kw_only=True)
class PowerReturned(Fact):
    """An administrator gave borrowed power back before its end."""

    zh: ClassVar[str] = "归还管理权限 {loan}"
    en: ClassVar[str] = "Returned administrator power {loan}"
    loan: str


@dataclass(frozen=True, kw_only=True)
class ClientRegistered(Fact):
    """A department's system was given credentials; its secret was shown once and is kept as a keyed digest."""

    zh: ClassVar[str] = "登记部门系统（{department}）"
    en: ClassVar[str] = "A department's system was registered ({department})"
    department: str


@dataclass(frozen=True, kw_only=True)
class ClientSecretReplaced(Fact):
    """A department's system got a new secret; the old one and every token drawn with it are worthless."""

    zh: ClassVar[str] = "更换部门系统密钥"
    en: ClassVar[str] = "The system's secret was replaced"


@dataclass(frozen=True, kw_only=True)
class ClientClosed(Fact):
    """A department's system may no longer call."""

    zh: ClassVar[str] = "停用部门系统"
    en: ClassVar[str] = "The system was closed"
