"""Environment values only: what differs between one installation and the next.

`HUIMIN_HOME` (data folder, default ./var) · `DATABASE_URL` (PostgreSQL instead of the embedded store) · `HUIMIN_CITY`
(a folder of cities/) ·
`HUIMIN_MODE` (production | demo) · `HUIMIN_SECRET_KEY` · `HUIMIN_HOSTS` · `HUIMIN_URL` · `HUIMIN_SMTP_URL` · `HUIMIN_MAIL_FROM`.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext

# Django's generic classes take their type at run time too (ModelForm[WorkItem]).
django_stubs_ext.monkeypatch()

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent.parent
HOME = Path(os.environ.get("HUIMIN_HOME") or "var").resolve()
CITIES = Path(os.environ.get("HUIMIN_CITIES", ROOT / "cities"))
CITY = os.environ.get("HUIMIN_CITY", "wuhu")
MODE = os.environ.get("HUIMIN_MODE", "production")
DEMO = MODE == "demo"


def _secret_key() -> str:
    """The signing key: given by the environment, or made once and kept in the data folder, readable by its owner only."""
    if key := os.environ.get("HUIMIN_SECRET_KEY"):
        return key
    kept = HOME / "secret.key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


def _older_secret_keys() -> list[str]:
    """Keys that went before, the latest first: they still read what they made."""
    if "HUIMIN_SECRET_KEY" in os.environ:
        return [key for key in os.environ.get("HUIMIN_SECRET_KEY_FALLBACKS", "").split(",") if key]
    kept = HOME / "secret-older.key"
    return kept.read_text().split() if kept.exists() else []


def _database() -> dict[str, Any]:
    """PostgreSQL when `DATABASE_URL` is set, else SQLite in WAL mode under the data folder."""
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            # Parameters travel apart from the statement, so that one that is asked again is planned once a connection.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2},
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "huimin.sqlite3",
        # Opening the file for every request would cost as much as a page: each thread keeps its own connection, with a small
        # cache of its own, since the pages themselves lie in the machine's memory once for all.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384;"
            " PRAGMA wal_autocheckpoint=16000;",
        },
    }


def apps_of(layer: str) -> list[str]:
    """Every app of a layer is found from the tree: a folder with a models, apps or urls room (adding one edits no list)."""
    return sorted(
        f"huimin.{layer}.{folder.name}"
        for folder in (PACKAGE / layer).iterdir()
        if (folder / "__init__.py").exists()
        and any((folder / room).exists() for room in ("apps.py", "models.py", "models", "urls.py"))
    )


HUIMIN_APPS = [*apps_of("platform"), *apps_of("domains"), *apps_of("portals")]

SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _older_secret_keys()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("HUIMIN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
ROOT_URLCONF = "huimin.urls"
# Our apps stand before the libraries whose templates they override.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *HUIMIN_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "huimin.platform.ui.http.policy.StandingPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "huimin.platform.identity.http.middleware.ProgramsDoor",
    # From here on what pages need.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "huimin.platform.identity.http.middleware.WhoIsAsking",
    "huimin.platform.ui.http.reading.AccountLanguage",
    "huimin.platform.ui.http.refusals.RefusalPages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("brand", CITIES / CITY / "brand")] if (CITIES / CITY / "brand").is_dir() else []
WHITENOISE_USE_FINDERS = True

# ── Signing in ─────────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "huimin.platform.identity.adapters.hashers.PasswordHasher",
    "huimin.platform.identity.adapters.hashers.ClientSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "huimin.platform.identity.http.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("HUIMIN_TLS", "") == "1"
ACCOUNT_ADAPTER = "huimin.platform.identity.http.entrance.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "huimin.platform.identity.http.entrance.SignUpForm"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "huimin.platform.identity.http.entrance.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Huimin"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # a passkey on http://localhost, in a demonstration only
SOCIALACCOUNT_ADAPTER = "huimin.platform.identity.http.entrance.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": os.environ.get("HUIMIN_OPENID_NAME", "OpenID"),
                "client_id": os.environ.get("HUIMIN_OPENID_CLIENT", ""),
                "secret": os.environ.get("HUIMIN_OPENID_SECRET", ""),
                "settings": {
                    "server_url": os.environ["HUIMIN_OPENID_SERVER"],
                    # the claim that holds the sign-in name of an account here
                    "account_claim": os.environ.get("HUIMIN_OPENID_CLAIM", ""),
                },
            }
        ]
        if "HUIMIN_OPENID_SERVER" in os.environ
        else [],
    }
}
IDENTITY_OPENID_KIND = os.environ.get("HUIMIN_OPENID_KIND", "citizen")
OAUTH2_PROVIDER = {
    "SCOPES": {"api": "API"},
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_HASHER": "hmac_sm3",
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
}

# ── Telling people ─────────────────────────────────────────────────────────────────────────────────────────────────────
# Where the city is reached from outside: what links in e-mails begin with.
SITE_URL = os.environ.get("HUIMIN_URL", "http://localhost:8000").rstrip("/")
# smtp://user:password@host:port · smtp+tls:// (STARTTLS) · smtps:// (TLS from the start); blank: no e-mail is sent.
SMTP_URL = os.environ.get("HUIMIN_SMTP_URL", "")
DEFAULT_FROM_EMAIL = os.environ.get("HUIMIN_MAIL_FROM", "huimin@localhost")

# ── What pages may load ────────────────────────────────────────────────────────────────────────────────────────────────
CSRF_FAILURE_VIEW = "huimin.platform.ui.http.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
