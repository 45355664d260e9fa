"""An OpenID provider in a process of its own: django-oauth-toolkit as such, with two people, one client, and a folder to be misled by.

`python openid_provider.py FOLDER CALLBACK` serves on a free port of the loopback address and prints that port. The client is `huimin` with
the secret `SECRET`; people sign in with `PASSWORD`. What FOLDER/mischief.json says is put over the claims of the next tokens (and over
the user information, under `userinfo`; `forged: true` signs with a key that is not published): what a provider that is broken, taken
over or played back would send.
"""

import json
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SECRET = "a secret of the two of them"
PASSWORD = "correct horse battery"
PEOPLE = {"zhang": ("张丽", "zhang.li"), "wang": ("王强", "")}
"""Sign-in name there → name, and the sign-in name here as the claim `huimin_account` tells it."""

FOLDER, CALLBACK = Path(sys.argv[1] if len(sys.argv) > 2 else "."), sys.argv[-1]


def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.private_bytes(*form).decode()


def mischief() -> dict:
    path = FOLDER / "mischief.json"
    return json.loads(path.read_text()) if path.exists() else {}


def main() -> None:
    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = make_server("127.0.0.1", 0, None, handler_class=Quiet)  # type: ignore[arg-type]
    settings.configure(
        SECRET_KEY="a key of the provider",
        ALLOWED_HOSTS=["127.0.0.1"],
        USE_TZ=True,
        ROOT_URLCONF=__name__,
        LOGIN_URL="/login/",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick: nobody's password
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "provider.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key(),
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{server.server_port}/o",
            "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Validator",
            "SCOPES": {"openid": "", "profile": "", "email": ""},
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
        },
    )
    django.setup()
    serve(server)


def serve(server: object) -> None:
    from django.contrib.auth import authenticate, login
    from django.contrib.auth.models import User
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.shortcuts import redirect
    from django.urls import include, path
    from jwcrypto.jwk import JWK
    from oauth2_provider.models import Application
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Validator(OAuth2Validator):
        oidc_claim_scope = None

        def get_additional_claims(self, request):
            name, account = PEOPLE[request.user.username]
            return {
                "sub": request.user.username,
                "name": name,
                "email": f"{request.user.username}@example.org",
                "huimin_account": account,
            }

        def get_userinfo_claims(self, request):
            return super().get_userinfo_claims(request) | mischief().get("userinfo", {})

        def get_id_token_dictionary(self, token, token_handler, request):
            claims, expires = super().get_id_token_dictionary(token, token_handler, request)
            lies = mischief()
            if lies.get("forged"):
                published, forged = request.client.jwk_key, JWK.from_pem(key().encode())
                forged.thumbprint = published.thumbprint
                type(request.client).jwk_key = property(lambda _: forged)
            return claims | {name: value for name, value in lies.items() if name not in ("userinfo", "forged")}, expires

    def entrance(request):
        login(request, authenticate(username=request.POST["username"], password=request.POST["password"]))
        return redirect(request.GET["next"])

    here = sys.modules[__name__]
    here.Validator = Validator
    here.urlpatterns = [
        path("o/", include("oauth2_provider.urls")),
        path("login/", entrance),
    ]
    call_command("migrate", verbosity=0)
    for username in PEOPLE:
        User.objects.create_user(username, password=PASSWORD)
    Application.objects.create(
        name="Huimin",
        client_id="huimin",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=CALLBACK,
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )
    server.set_app(WSGIHandler())
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.modules["openid_provider"] = sys.modules["__main__"]
    __name__ = "openid_provider"
    main()
