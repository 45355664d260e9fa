"""Writes of the journal: announce facts, deliver them, anchor the chains, rotate the keys."""

from huimin.platform.journal.operations.anchoring import KeyGone, anchor, rotate_key
from huimin.platform.journal.operations.delivering import Round, deliver_due, forget_done, resume_delivery
from huimin.platform.journal.operations.publishing import NotInATransaction, publish, publish_alone, publish_many
from huimin.platform.journal.operations.writing_back import write_back

__all__ = [
    "KeyGone",
    "NotInATransaction",
    "Round",
    "anchor",
    "deliver_due",
    "forget_done",
    "publish",
    "publish_alone",
    "publish_many",
    "resume_delivery",
    "rotate_key",
    "write_back",
]
