"""The rules of a form: which questions are put, what a typed answer means, what is missing, what cannot be right.

Answers are plain JSON values by question code: text, truth, whole number, amount in fen, day `2026-07-01`, month `2026-07`, code, list of
codes, list of rows. What is hidden counts as not answered.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from huimin.kernel.identifiers import CitizenId, DivisionCode, Uscc
from huimin.kernel.money import Fen
from huimin.kernel.refusals import BadInput, Refusal
from huimin.kernel.text import half_width, without_spaces
from huimin.platform.catalogue.declarations.forms import Form, Question
from huimin.platform.catalogue.declarations.words import Words
from huimin.platform.process.rules.expressions import Condition, DataMissing, DataNotComparable

Answers = Mapping[str, Any]
Known = Mapping[str, Any]
"""Question code → the value that a registry or licence holds for it."""


class AnswerMissing(BadInput):
    """A question that must be answered is not."""

    zh = "请填写“{question}”。"
    en = "Please answer “{question}”."


class NotAChoice(BadInput):
    """What was chosen is none of the choices."""

    zh = "请从所列选项中选择。"
    en = "Please choose one of the options."


class NotADay(BadInput):
    """The text is no day of the calendar."""

    zh = "请填写日期，例如 2026-07-01。"
    en = "A date is written like 2026-07-01."


class NotAPhone(BadInput):
    """The text is no telephone number of mainland China."""

    zh = "请填写11位手机号码，或带区号的固定电话。"
    en = "A mobile number has 11 digits; a land line has its area code."


class NotANumber(BadInput):
    """The text is no whole number."""

    zh = "请填写整数。"
    en = "Please enter a whole number."


class OutOfBounds(BadInput):
    """A number, an amount, a day or the length of a list lies outside of what is allowed."""

    zh = "应在 {least} 至 {most} 之间。"
    en = "It must lie between {least} and {most}."


class TooLong(BadInput):
    """The text has more characters than fit."""

    zh = "最多 {longest} 个字。"
    en = "At most {longest} characters."


_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LAND: Final = re.compile(r"0\d{2,3}-?\d{7,8}")
_ACCOUNT: Final = re.compile(r"\d{12,23}")
_TRUTHS: Final = {
    "true": True,
    "yes": True,
    "1": True,
    "on": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}
LONGEST_TEXT: Final = {"text": 200, "long_text": 2000, "person_name": 60, "organisation_name": 120, "address": 200}


def truth(condition: Condition | None, data: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; no condition always does; None where it speaks of what is not known yet."""
    if condition is None:
        return True
    try:
        return condition.holds(data)
    except (DataMissing, DataNotComparable):
        return None


def data_of(form: Form, answers: Answers, parameters: Mapping[str, int]) -> dict[str, Any]:
    """What conditions may see: parameters and the answers of the questions that are put."""
    data: dict[str, Any] = dict(parameters)
    for section in form.sections:
        for question in section.questions:
            if question.code in answers and truth(section.when, data) and truth(question.when, data):
                data[question.code] = answers[question.code]
    return data


def visible(form: Form, answers: Answers, parameters: Mapping[str, int]) -> tuple[Question, ...]:
    """The questions that these answers lead to, in order. A question whose condition is not decided yet waits."""
    data = data_of(form, answers, parameters)
    return tuple(
        question
        for section in form.sections
        if truth(section.when, data)
        for question in section.questions
        if truth(question.when, data)
    )


def asked(form: Form, answers: Answers, parameters: Mapping[str, int], known: Known) -> tuple[Question, ...]:
    """The questions that the applicant must answer: the visible ones, without those that are known already."""
    return tuple(
        question
        for question in visible(form, {**known, **answers}, parameters)
        if question.ask == "always" or question.code not in known
    )


def missing(form: Form, answers: Answers, parameters: Mapping[str, int], known: Known) -> tuple[Question, ...]:
    """The questions that are put, must be answered, and are neither answered nor known."""
    return tuple(
        question
        for question in asked(form, answers, parameters, known)
        if question.required and answers.get(question.code) in (None, "", [], ())
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that cannot be right: the question's code (`persons.2.name` inside a list) and why."""

    question: str
    why: Words


def faults(form: Form, answers: Answers, parameters: Mapping[str, int], *, on: date) -> tuple[Wrong, ...]:
    """Every given answer that cannot be right, in the order of the form. `on` is the day on which it is filled in."""
    found: list[Wrong] = []
    for question in visible(form, answers, parameters):
        value = answers.get(question.code)
        if value not in (None, "", [], ()):
            found += _faults_of(question, value, question.code, on)
    return tuple(found)


def _faults_of(question: Question, value: Any, code: str, on: date) -> list[Wrong]:
    try:
        read(question, value, on=on)
    except Refusal as refusal:
        return [Wrong(code, Words(zh=refusal.sentence("zh"), en=refusal.sentence("en")))]
    found: list[Wrong] = []
    for number, row in enumerate(value if question.type == "list" else ()):
        data = dict(row)
        for column in question.questions:
            if not truth(column.when, data):
                continue
            place = f"{code}.{number}.{column.code}"
            if row.get(column.code) in (None, "", []):
                if column.required:
                    why = AnswerMissing(question="{question}")
                    found.append(
                        Wrong(
                            place,
                            Words(
                                zh=why.zh.format(question=column.names.zh), en=why.en.format(question=column.names.en)
                            ),
                        )
                    )
            else:
                found += _faults_of(column, row[column.code], place, on)
    return found


def _text(question: Question, value: Any, on: date) -> str:
    text = str(value).strip()
    longest = question.longest or LONGEST_TEXT.get(question.type, 200)
    if len(text) > longest:
        raise TooLong(field=question.code, longest=longest)
    return text


def _truth(question: Question, value: Any, on: date) -> bool:
    if isinstance(value, bool):
        return value
    found = _TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise NotAChoice(field=question.code)
    return found


def _choice(question: Question, value: Any, on: date) -> str:
    if value not in {code for code, _ in question.options("zh")}:
        raise NotAChoice(field=question.code)
    return str(value)


def _choices(question: Question, value: Any, on: date) -> list[str]:
    chosen = value if isinstance(value, list) else [value]
    return [_choice(question, one, on) for one in chosen]


def _number(question: Question, value: Any, on: date) -> int:
    text = without_spaces(str(value))
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,12}", text):
        raise NotANumber(field=question.code)
    return _within(question, int(text))


def _within(question: Question, number: int) -> int:
    least = question.least if question.least is not None else 0
    most = question.most if question.most is not None else 10**12
    if not least <= number <= most:
        shown = (str(Fen(least)), str(Fen(most))) if question.type == "money" else (least, most)
        raise OutOfBounds(field=question.code, least=shown[0], most=shown[1])
    return number


def _money(question: Question, value: Any, on: date) -> int:
    return _within(question, value if isinstance(value, int) else Fen.parse(str(value)).amount)


def _date(question: Question, value: Any, on: date) -> str:
    try:
        day = date.fromisoformat(half_width(str(value)).strip())
    except ValueError:
        raise NotADay(field=question.code) from None
    least = on + timedelta(days=question.least) if question.least is not None else date(1900, 1, 1)
    most = on + timedelta(days=question.most) if question.most is not None else date(2100, 1, 1)
    if not least <= day <= most:
        raise OutOfBounds(field=question.code, least=least.isoformat(), most=most.isoformat())
    return day.isoformat()


def _month(question: Question, value: Any, on: date) -> str:
    return _date(question, f"{value}-01", on)[:7]


def _phone(question: Question, value: Any, on: date) -> str:
    text = without_spaces(str(value))
    if not (_MOBILE.fullmatch(text) or _LAND.fullmatch(text)):
        raise NotAPhone(field=question.code)
    return text


def _account(question: Question, value: Any, on: date) -> str:
    text = without_spaces(str(value))
    if not _ACCOUNT.fullmatch(text):
        raise NotANumber(field=question.code)
    return text


def _list(question: Question, value: Any, on: date) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise NotAChoice(field=question.code)
    _within(question, len(value))
    return value


_READERS: Final[dict[str, Callable[[Question, Any, date], Any]]] = {
    "text": _text,
    "long_text": _text,
    "person_name": _text,
    "organisation_name": _text,
    "address": _text,
    "truth": _truth,
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "money": _money,
    "date": _date,
    "month": _month,
    "phone": _phone,
    "bank_account": _account,
    "citizen_id": lambda question, value, on: str(CitizenId.parse(str(value))),
    "uscc": lambda question, value, on: str(Uscc.parse(str(value))),
    "division": lambda question, value, on: str(DivisionCode.parse(str(value))),
    "list": _list,
}


def read(question: Question, value: Any, *, on: date) -> Any:
    """The answer that a typed or stored value means, in its stored form. Raises a BadInput whose sentence helps."""
    return _READERS[question.type](question, value, on)
