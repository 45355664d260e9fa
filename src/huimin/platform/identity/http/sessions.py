"""Sessions in the store, read by a statement that is kept: every page begins with one."""

from typing import Final

from django.contrib.sessions.backends.db import SessionStore as StoredSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from huimin.platform.identity.queries import Kept, slot

_CURRENT: Final = Kept(lambda: Session.objects.filter(session_key=slot("key"), expire_date__gt=slot("at")))


class SessionStore(StoredSessions):
    """Django's own, but for how it reads. The name stays: what is signed with it stays readable."""

    def _get_session_from_db(self) -> Session | None:
        session = _CURRENT.first(key=self.session_key, at=timezone.now())
        if session is None:
            self._session_key = None
        return session
