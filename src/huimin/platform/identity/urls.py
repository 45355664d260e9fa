"""Addresses of identity. allauth's views are mounted one by one, each with its permission: what is not listed is not
open."""

from allauth.account import views as entrance
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as outside
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from huimin.platform.identity.http import account, administration, delegations, demonstration, officials, openid, window
from huimin.platform.identity.permissions import OWN_ACCOUNT, needs, public

own = needs(OWN_ACCOUNT)

ENTRANCE = [
    path("login/", public(entrance.login), name="account_login"),
    path("logout/", public(entrance.logout), name="account_logout"),
    path("inactive/", public(entrance.account_inactive), name="account_inactive"),
    path("signup/", public(entrance.signup), name="account_signup"),
    path("recover/", account.recover, name="account_reset_password"),
    path("reauthenticate/", own(entrance.reauthenticate), name="account_reauthenticate"),
    path("password/change/", own(entrance.password_change), name="account_change_password"),
    path("password/set/", own(entrance.password_set), name="account_set_password"),
    path("sessions/", own(sessions.list_usersessions), name="usersessions_list"),
    path("2fa/", own(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", public(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", own(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", own(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/file/", own(recovery_codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/keys/", own(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/keys/add/", own(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/keys/login/", public(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/keys/reauthenticate/", own(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/keys/<int:pk>/edit/", own(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("2fa/keys/<int:pk>/remove/", own(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("outside/", own(outside.connections), name="socialaccount_connections"),
    path("outside/signup/", public(outside.signup), name="socialaccount_signup"),
    path("outside/cancelled/", public(outside.login_cancelled), name="socialaccount_login_cancelled"),
    path("outside/error/", public(outside.login_error), name="socialaccount_login_error"),
    path("oidc/<str:provider_id>/login/", openid.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
]

PAGES: list[URLPattern | URLResolver] = [
    path("account/", account.overview, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/prove/", account.prove, name="prove"),
    path("account/prove/code/", account.prove_code, name="prove_code"),
    path("account/recover/code/", account.recover_code, name="recover_code"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/first/", officials.first_sign_in, name="first_sign_in"),
    path("account/post/", account.choose_post, name="choose_post"),
    path("account/delegations/", delegations.delegations, name="delegations"),
    path("account/firms/", delegations.find_firms, name="find_firms"),
    path("account/delegations/<str:public_id>/<slug:answer>/", delegations.answer_delegation, name="answer_delegation"),
    path("account/acting/<str:public_id>/", delegations.act_for, name="act_for"),
    path("account/acting/", delegations.act_for_myself, name="act_for_myself"),
    path("window/accounts/", window.find, name="window"),
    path("window/accounts/<str:public_id>/", window.prove, name="window_prove"),
    path("window/accounts/<str:public_id>/restore/", window.restore, name="window_restore"),
    path("window/delegations/", window.register, name="window_delegation"),
    path("administration/power/", administration.power, name="power"),
    path("administration/power/return/", administration.give_back, name="give_back"),
    path("administration/officials/", officials.officials, name="officials"),
    path("administration/officials/<str:public_id>/close/", officials.close_official, name="close_official"),
    path("administration/officials/<str:public_id>/code/", officials.first_code, name="first_code"),
    path("administration/posts/", officials.holdings, name="holdings"),
    path("administration/posts/<str:public_id>/<str:post>/end/", officials.end_holding, name="end_holding"),
    path("administration/systems/", administration.clients, name="clients"),
    path("administration/systems/<str:public_id>/secret/", administration.replace_secret, name="replace_secret"),
    path("administration/systems/<str:public_id>/close/", administration.close_client, name="close_client"),
    path("administration/grants/", administration.grants, name="grants"),
    path("administration/grants/<str:code>/end/", administration.end_grant, name="end_grant"),
]

DEMONSTRATION: list[URLPattern | URLResolver] = [
    # Mounted everywhere, found in a demonstration only: the views say 404 otherwise.
    path("demo/", demonstration.personas, name="personas"),
    path("demo/<slug:code>/", demonstration.become, name="become"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(ENTRANCE)),
    path("oauth/token/", csrf_exempt(public(TokenView.as_view())), name="oauth_token"),
    path("", include((PAGES + DEMONSTRATION, "identity"))),
]
