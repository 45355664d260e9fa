"""Signing in through an outside OpenID provider, held to OpenID Connect Core 1.0 (3.1.3.7, 5.3.2) and Discovery 1.0 (4.3).

allauth does the steps; here stands what it leaves to TLS or out: the provider is the one that was declared, its token is there, signed
by a key that it publishes, made for this very attempt (`nonce`), and the user information is of the same subject.
"""

import base64
import hashlib
from typing import Any, Final

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponseBase
from requests import RequestException

from huimin.platform.identity.permissions import public

ACCOUNT: Final = "account"
"""In what is kept of a provider's claims: the sign-in name that it says is the reader's here; only where a claim is declared for it."""


def nonce_of(verifier: str) -> str:
    """The nonce of an attempt, from the PKCE verifier that its session keeps: whoever sees the one cannot tell the other."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"nonce {verifier}".encode()).digest()).decode().rstrip("=")


class CityProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider that this installation declares."""

    def get_oauth2_adapter(self, request: HttpRequest) -> "CityOpenID":
        """What leads an attempt."""
        return CityOpenID(request, self.app.provider_id)

    def get_pkce_params(self) -> dict[str, str]:
        """What an attempt sends along: the challenge, and the nonce that the token must bear."""
        params: dict[str, str] = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}


class CityOpenID(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One attempt to sign in. Whatever contradicts the standard raises OAuth2Error, which is shown as a failed sign-in."""

    _nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, under the name that was declared."""
        config: dict[str, Any] = super().openid_config
        if self.get_provider().wk_server_url(config["issuer"].rstrip("/")) != self.get_provider().server_url:
            raise OAuth2Error("the provider calls itself otherwise")
        return config

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Exchange the code for tokens."""
        self._nonce = nonce_of(pkce_code_verifier or "")
        data: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return data

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who the provider says is there; of its claims nothing is kept but the subject and, where declared, the sign-in name."""
        id_token = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        told = {"id_token": id_token, "userinfo": self._fetch_user_info(token.token)}
        if told["userinfo"].get("sub") != id_token["sub"]:
            raise OAuth2Error("the user information is of somebody else")
        login = self.get_provider().sociallogin_from_response(request, told)
        claim = app.settings.get("account_claim")
        # Before anything is looked up: allauth stores what it finds here at every sign-in.
        login.account.extra_data = {"sub": id_token["sub"]} | ({ACCOUNT: told["userinfo"].get(claim)} if claim else {})
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if claims.get("nonce") != self._nonce or "sub" not in claims or "exp" not in claims:
            raise OAuth2Error("the token is not of this attempt")
        return claims


def _only_declared(view: type[OAuth2LoginView | OAuth2CallbackView], request: HttpRequest, provider_id: str) -> Any:
    attempt = CityOpenID(request, provider_id)
    try:
        provider = attempt.get_provider()
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown
    try:
        return view.adapter_view(attempt)(request)
    except (OAuth2Error, RequestException) as problem:  # out of reach, or not what it should be
        return render_authentication_error(request, provider, exception=problem)


@public
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the provider."""
    answer: HttpResponseBase = _only_declared(OAuth2LoginView, request, provider_id)
    return answer


@public
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the provider."""
    answer: HttpResponseBase = _only_declared(OAuth2CallbackView, request, provider_id)
    return answer
