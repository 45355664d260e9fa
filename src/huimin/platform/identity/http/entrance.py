"""How allauth signs people in to our accounts: lockout, facts, second factors, an outside identity provider."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django import forms
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity import operations
from huimin.platform.identity.http.openid import ACCOUNT, CityProvider
from huimin.platform.identity.models import Account
from huimin.platform.identity.operations.cities import PERSONA_PREFIX
from huimin.platform.identity.queries import METHODS_IN_SESSION, find_account_named
from huimin.platform.identity.rules import Assurance, is_locked


class SignUpForm(forms.Form):
    """What is asked beside sign-in name and password."""

    name = forms.CharField(label=_("怎么称呼您"), max_length=100, help_text=_("显示在页面上；实名认证在登录以后进行。"))
    field_order = ["username", "name", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Nothing more: `AccountAdapter.save_user` has stored it."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by name and password, with a lock that the database keeps (rate limits alone live in one process)."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Names of personas are not given to anybody else."""
        if username.lower().startswith(PERSONA_PREFIX):
            raise self.validation_error("username_taken")
        return str(super().clean_username(username, shallow))

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Open a citizen's account with what the form says; `commit` is always wished here."""
        user.username = form.cleaned_data["username"].lower()
        user.name, user.kind = form.cleaned_data["name"], Account.Kind.CITIZEN
        password = form.cleaned_data["password1"]
        return operations.open_account(account=user, password=password, actor=None, at=timezone.now())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the account is locked, in the same words as for too many tries at a name that does not exist."""
        super().pre_authenticate(request, **credentials)
        account = find_account_named(credentials.get("username", "").lower())
        if account is not None and is_locked(account.locked_until, timezone.now()):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure for an account that exists."""
        account = find_account_named(credentials.get("username", "").lower())
        if account is not None:
            operations.note_failed_sign_in(account=account, at=timezone.now())

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Record the sign-in with the methods that were used."""
        methods = [record.get("type") or record["method"] for record in request.session.get(METHODS_IN_SESSION, [])]
        operations.note_sign_in(account=user, methods=methods, at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Record who leaves, then end the session."""
        if isinstance(request.user, Account):
            operations.note_sign_out(account=request.user, at=timezone.now())
        super().logout(request)


def _vault() -> MultiFernet:
    """The keys that authenticators' secrets are encrypted with: made of the installation's key, older ones still
    read."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = (HKDF(SHA256(), 32, None, b"identity.second-factor").derive(str(key).encode()) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose secrets are not readable in the database (GB/T 22239 8.1.4.8)."""

    def encrypt(self, text: str) -> str:
        """Before it is stored."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """After it is read. Raises `InvalidToken` when no key of this installation made it."""
        return _vault().decrypt(encrypted_text.encode()).decode()


def _record(change: str) -> Any:
    def keep(sender: Any, user: Account, authenticator: Any, **kwargs: Any) -> None:
        operations.note_second_factor(account=user, factor=str(authenticator.type), change=change, at=timezone.now())

    return keep


for _change, _signal in {
    "added": authenticator_added,
    "removed": authenticator_removed,
    "replaced": authenticator_reset,
}.items():
    receiver(_signal, weak=False, dispatch_uid=f"identity.{_change}")(_record(_change))


@receiver(authentication_failed, dispatch_uid="identity.second_factor_failed")
def count_second_factor(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """A wrong second factor counts like a wrong password; once locked, the half-finished sign-in ends."""
    at = timezone.now()
    operations.note_failed_sign_in(account=user, at=at)
    user.refresh_from_db(fields=["locked_until"])
    if is_locked(user.locked_until, at):
        request.session.flush()


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts from an outside OpenID provider: vouched for as accounts, not proven as people."""

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> Any:
        """The declared provider, held to the standard. Raises SocialApp.DoesNotExist for any other."""
        return CityProvider(request, app=super().get_provider(request, provider, client_id).app)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Where a claim is declared to say whose account this is, tie the provider's subject to that account, once."""
        name = sociallogin.account.extra_data.get(ACCOUNT)
        if sociallogin.is_existing or not name or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        account = find_account_named(str(name).lower())
        if account is None or account.kind != settings.IDENTITY_OPENID_KIND or not account.is_active:
            return
        if not SocialAccount.objects.filter(user=account, provider=sociallogin.account.provider).exists():
            sociallogin.connect(request, account)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Account:
        """A new account's name and sign-in name, unique by provider and subject."""
        user: Account = sociallogin.user
        full = f"{data.get('last_name') or ''}{data.get('first_name') or ''}"
        user.name = str(data.get("name") or full or data.get("username") or "")[:100]
        user.username = f"{sociallogin.account.provider}.{sociallogin.account.uid}"[:64].lower()
        user.kind, user.assurance = settings.IDENTITY_OPENID_KIND, Assurance.CONTACTED
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        """Open the account and tie it to the provider's subject."""
        operations.open_account(account=sociallogin.user, password=None, actor=None, at=timezone.now())
        sociallogin.save(request)
        return sociallogin.user  # type: ignore[no-any-return]
