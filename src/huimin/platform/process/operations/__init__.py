"""Writes. Each is one transaction that takes one lock, late (the row of the root process), and publishes one fact besides those of
processes and steps of the machine that follow from it.

`at` is an aware instant and `actor` who acts; both come from the entry room. Refusals are named and change nothing.
"""

from huimin.platform.process.operations.absences import (
    DeputyNotFit,
    NoSuchAbsence,
    TimesNotFit,
    declare_absence,
    end_absence,
)
from huimin.platform.process.operations.asking import (
    LastSigner,
    NotASigner,
    acknowledge,
    add_signer,
    delegate,
    drop_signer,
    send_copy,
)
from huimin.platform.process.operations.calendar import (
    declare_year,
    recount_deadlines,
    seed_calendar,
)
from huimin.platform.process.operations.clocks import (
    BasisMissing,
    ClockNotRunning,
    ClockNotStopped,
    TimersFired,
    fire_due_timers,
    fire_timer,
    resume_clock,
    stop_clock,
)
from huimin.platform.process.operations.definitions import (
    StepUnknown,
    publish_definition,
    publish_standing_definitions,
)
from huimin.platform.process.operations.engine import (
    CallsTooDeep,
    draw_number,
)
from huimin.platform.process.operations.extending import extend_limit
from huimin.platform.process.operations.going_back import (
    GoneOn,
    NothingBefore,
    send_back,
    take_back,
)
from huimin.platform.process.operations.hands import (
    AlreadyClaimed,
    AnotherPerson,
    NotAtThisPost,
    NotYours,
    RemindedToday,
    SamePlace,
    claim,
    hand_over,
    hand_over_all,
    release,
    remind,
    transfer,
)
from huimin.platform.process.operations.machine import OutcomeUndeclared
from huimin.platform.process.operations.moving import (
    CannotMove,
    move_process,
)
from huimin.platform.process.operations.opening import (
    PostNotThere,
)
from huimin.platform.process.operations.running import (
    AnswersAwaited,
    Batch,
    NotInBatches,
    OutcomeUnknown,
    ReasonMissing,
    answer_for_applicant,
    cancel_process,
    complete,
    complete_at_once,
    complete_many,
    start,
    start_within,
    take_due_step,
    withdraw_for_applicant,
    withdraw_process,
)
from huimin.platform.process.operations.supervising import (
    NoSuchCard,
    declare_outage,
    explain_card,
    lift_card,
    lift_cards_after,
    raise_due_cards,
    raise_violations,
    uphold_card,
)

__all__ = [
    "AlreadyClaimed",
    "AnotherPerson",
    "AnswersAwaited",
    "BasisMissing",
    "Batch",
    "CallsTooDeep",
    "CannotMove",
    "ClockNotRunning",
    "ClockNotStopped",
    "DeputyNotFit",
    "GoneOn",
    "LastSigner",
    "NoSuchAbsence",
    "NoSuchCard",
    "NotASigner",
    "NotAtThisPost",
    "NotInBatches",
    "NotYours",
    "NothingBefore",
    "OutcomeUndeclared",
    "OutcomeUnknown",
    "PostNotThere",
    "ReasonMissing",
    "RemindedToday",
    "SamePlace",
    "StepUnknown",
    "TimersFired",
    "TimesNotFit",
    "acknowledge",
    "add_signer",
    "answer_for_applicant",
    "cancel_process",
    "claim",
    "complete",
    "complete_at_once",
    "complete_many",
    "declare_absence",
    "declare_outage",
    "declare_year",
    "delegate",
    "draw_number",
    "drop_signer",
    "end_absence",
    "explain_card",
    "extend_limit",
    "fire_due_timers",
    "fire_timer",
    "hand_over",
    "hand_over_all",
    "lift_card",
    "lift_cards_after",
    "move_process",
    "publish_definition",
    "publish_standing_definitions",
    "raise_due_cards",
    "raise_violations",
    "recount_deadlines",
    "release",
    "remind",
    "resume_clock",
    "seed_calendar",
    "send_back",
    "send_copy",
    "start",
    "start_within",
    "stop_clock",
    "take_back",
    "take_due_step",
    "transfer",
    "uphold_card",
    "withdraw_for_applicant",
    "withdraw_process",
]
