"""Tables of the process engine, with the promises that the database itself keeps."""

from huimin.platform.process.models.clocks import CalendarDay, ClockPause, Deadline
from huimin.platform.process.models.definitions import Definition
from huimin.platform.process.models.supervision import Absence, Card
from huimin.platform.process.models.work import Process, Remark, Serial, WorkItem

__all__ = [
    "Absence",
    "CalendarDay",
    "Card",
    "ClockPause",
    "Deadline",
    "Definition",
    "Process",
    "Remark",
    "Serial",
    "WorkItem",
]
