"""What an official may find out of a case where the registries cannot tell, and what a text means as such a finding."""

from datetime import date
from typing import Final

from huimin.kernel.codes import code_list
from huimin.kernel.refusals import BadInput
from huimin.platform.catalogue.declarations.tables import Input
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.identity.declarations import Names
from huimin.platform.registries.fields import TRUTHS, FieldWords, fields_of

LONGEST: Final = 200


class NotFindable(BadInput):
    """The text is no value of this field."""

    zh = "这样填写不能作为“{names.zh}”，请核对后再填。"
    en = "This cannot stand as “{names.en}”. Please check it."


def findable(service: Service) -> list[Input]:
    """The inputs of the service's table that come from a registry; what the applicant answered is not an official's to say."""
    return [given for given in service.decision.inputs if given.fact] if service.decision else []


def words_of(service: Service, given: Input) -> FieldWords:
    """How the field of an input is called and reads."""
    party = service.form.party(given.of)
    assert party is not None
    assert given.fact is not None
    return fields_of(party.registry)[given.fact]


def value_found(service: Service, given: Input, text: str) -> str:
    """The text as the registry would keep it. Raises NotFindable."""
    words, text = words_of(service, given), text.strip()
    if not text or len(text) > LONGEST:
        raise _not(words, given)
    if words.codes is not None:
        code = code_list(words.codes).find(text)
        if code is None:
            raise _not(words, given)
        return code
    if words.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise _not(words, given) from None
    if (words.kind == "truth" and text not in TRUTHS) or (words.kind == "number" and not text.isdecimal()):
        raise _not(words, given)
    return text


def _not(words: FieldWords, given: Input) -> NotFindable:
    return NotFindable(field=given.name, names=Names(zh=words.names.zh, en=words.names.en))
