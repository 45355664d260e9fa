"""Settings of an installation that has nothing but the journal: it stands lowest in the stack and must run alone."""

from huimin.settings import *  # noqa: F403

INSTALLED_APPS = ["huimin.platform.journal"]
HUIMIN_APPS = INSTALLED_APPS
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "huimin.platform.journal.tests.alone"
AUTH_USER_MODEL = "auth.User"
urlpatterns: list[object] = []
