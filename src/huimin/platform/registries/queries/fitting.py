"""Whether a text can stand as the value of a registry field: read by the same steps as landing reads a department's row."""

from datetime import date
from typing import Final

from huimin.kernel.codes import code_list
from huimin.kernel.refusals import BadInput
from huimin.platform.exchange.declarations import ItemType, resources
from huimin.platform.identity.declarations import Names
from huimin.platform.registries.fields import PEOPLE, FieldWords, fields_of
from huimin.platform.registries.queries.lookup import reading_engine

LONGEST: Final = 200
_READS: Final[dict[ItemType, str]] = {
    ItemType.PERSON_NAME: "hm_person_name($1, hm_name_key($1))",
    ItemType.ADDRESS: "hm_address($1, hm_address_key(hm_address_text($1)))",
    ItemType.ORGANISATION_NAME: "hm_org_name($1)",
    ItemType.PHONE: "hm_phone($1)",
    ItemType.USCC: "hm_uscc_valid(hm_token($1))",
    ItemType.TEXT: "hm_text($1)",
}
"""How the engine reads a text as a value of each type, NULL where it is none (the steps of `exchange.lake.mapping`)."""


class ValueNotFit(BadInput):
    """The text is no value of this field."""

    zh = "这样填写不能作为“{names.zh}”。{hint.zh}"
    en = "This cannot stand as “{names.en}”. {hint.en}"


NO_HINT: Final = Names(zh="请核对后再填。", en="Please check it.")
HINTS: Final[dict[ItemType, Names]] = {
    ItemType.ADDRESS: Names(
        zh="地址要写到门牌和室号，例如：安徽省芜湖市弋江区利民路18号3幢2单元501室。",
        en="Write the address down to the room, such as 安徽省芜湖市弋江区利民路18号3幢2单元501室.",
    ),
    ItemType.PHONE: Names(zh="请填写11位手机号码。", en="Give a mobile number of eleven digits."),
    ItemType.PERSON_NAME: Names(zh="请填写汉字姓名。", en="Give the name in Chinese characters."),
    ItemType.USCC: Names(zh="请核对18位代码。", en="Please check the code of 18 characters."),
}


def fit_value(field: str, resource: str, text: str) -> str:
    """The value that a text stands for, as the registry keeps it. Raises ValueNotFit."""
    words = fields_of(PEOPLE)[field]
    item = resources()[resource].items[resources()[resource].item_feeding(field) or ""]
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise _not_fit(words, item.type)
    if words.codes is not None:
        code = code_list(words.codes).find(text)
        if code is None:
            raise _not_fit(words, item.type)
        return code
    if words.kind == "date":
        return _day(words, text)
    (value,) = reading_engine().cursor().execute(f"SELECT {_READS[item.type]}", [text]).fetchall()[0]
    if value is None:
        raise _not_fit(words, item.type)
    return str(value)


def _not_fit(words: FieldWords, kind: ItemType) -> ValueNotFit:
    return ValueNotFit(field="proposed", names=words.names, hint=HINTS.get(kind, NO_HINT))


def _day(words: FieldWords, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _not_fit(words, ItemType.DATE) from None
