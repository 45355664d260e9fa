"""Why a drawn process cannot be read: each refusal names the line of the file where it can."""

from huimin.platform.process.rules.soundness import DefinitionRefused


class NotBpmn(DefinitionRefused):
    """The text is not a BPMN 2.0 file."""

    zh = "这不是可用的BPMN 2.0文件：{why}。"
    en = "This is not a usable BPMN 2.0 file: {why}."


class NotOneProcess(DefinitionRefused):
    """The file must draw exactly one process."""

    zh = "文件中应当正好有一个流程，现有{count}个。"
    en = "The file must hold exactly one process; it holds {count}."


class NotOneStart(DefinitionRefused):
    """The process must have exactly one start event."""

    zh = "流程应当正好有一个开始事件，现有{count}个。"
    en = "The process must have exactly one start event; it has {count}."


class ElementNotSupported(DefinitionRefused):
    """An element of BPMN that is outside the subset."""

    zh = "第{line}行的BPMN元素“{element}”不在支持范围内。"
    en = "The BPMN element “{element}” on line {line} is not supported."


class AttributeNotSupported(DefinitionRefused):
    """An attribute of ours that this element does not have."""

    zh = "第{line}行的“{element}”没有属性“{attribute}”。"
    en = "“{element}” on line {line} has no attribute “{attribute}”."


class IdNotUsable(DefinitionRefused):
    """An id is missing, used twice, or cannot serve as the name of a datum."""

    zh = "第{line}行的编号“{id}”缺失、重复，或不是字母开头的字母数字。"
    en = "The id “{id}” on line {line} is missing, used twice, or is not letters and digits that begin with a letter."


class FlowDangling(DefinitionRefused):
    """A sequence flow leads from or to nothing."""

    zh = "第{line}行的流出线“{flow}”没有连到节点。"
    en = "The flow “{flow}” on line {line} is not connected."


class PostMissing(DefinitionRefused):
    """A user task does not say which post does it."""

    zh = "第{line}行的人工任务“{node}”没有写明岗位。"
    en = "The user task “{node}” on line {line} does not name a post."


class StepMissing(DefinitionRefused):
    """A service or decision task does not say which step the machine takes."""

    zh = "第{line}行的自动任务“{node}”没有写明步骤。"
    en = "The machine's task “{node}” on line {line} does not name a step."


class LimitNotUnderstood(DefinitionRefused):
    """A length of time is missing or in a form we do not read."""

    zh = "第{line}行“{node}”的时限“{text}”看不懂：请写 P5D、PT24H、workingDays 或 officeHours。"
    en = "The limit “{text}” of “{node}” on line {line} cannot be read: write P5D, PT24H, workingDays or officeHours."


class TimerMisplaced(DefinitionRefused):
    """An event without timer, or a boundary timer that hangs on no user task or call activity."""

    zh = "第{line}行的事件“{node}”必须是定时器；边界定时器必须附在人工任务或调用活动上。"
    en = "The event “{node}” on line {line} must be a timer; a boundary timer hangs on a user task or call activity."


class ValueNotUnderstood(DefinitionRefused):
    """An attribute has a value that means nothing there."""

    zh = "第{line}行“{node}”的属性“{attribute}”不能是“{value}”。"
    en = "The attribute “{attribute}” of “{node}” on line {line} cannot be “{value}”."


class BasisMissing(DefinitionRefused):
    """A step stops the clock or takes silence for consent, and does not name the law that allows it."""

    zh = "第{line}行的“{node}”停表或默示同意，没有写明法律依据。"
    en = "“{node}” on line {line} stops the clock or takes silence for consent without naming the law (basis)."
