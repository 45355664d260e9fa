"""Publishing what was drawn."""

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import ports
from huimin.platform.process.events import DefinitionPublished
from huimin.platform.process.models import Definition
from huimin.platform.process.models.definitions import content_hash
from huimin.platform.process.operations.opening import post_key
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.rules.graph import Graph, OverdueAct
from huimin.platform.process.rules.soundness import DefinitionRefused

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class StepUnknown(DefinitionRefused):
    """A service or decision task names a step or decision that no app has registered."""

    zh = "没有登记过名为“{step}”的步骤或规则。"
    en = "No step or decision is registered as “{step}”."


class CodeNotUsable(DefinitionRefused):
    """The code of a definition is not small letters, digits and underscores."""

    zh = "流程代码“{code}”只能用小写字母、数字和下划线，并以字母开头。"
    en = "The code “{code}” may only have small letters, digits and underscores, and begins with a letter."


class PublishedMeanwhile(Refusal):
    """Somebody else published the same version number in this moment."""

    zh = "“{code}”第 {version} 版刚刚已由他人发布，请查看后重试。"
    en = "Version {version} of “{code}” has just been published by somebody else; look at it and try again."


def publish_definition(*, code: str, text: str, actor: Actor, at: datetime) -> Definition:
    """Publish a BPMN text as the next version of a definition; the newest version again when its text is the same.

    Running processes keep the version they began with. Raises a DefinitionRefused (or ConditionNotAllowed) that
    names what cannot be used, StepUnknown for a step, PostNotThere for a post that is not in the city,
    PublishedMeanwhile.
    """
    if not _CODE.fullmatch(code):
        raise CodeNotUsable(code=code[:80])
    graph = compiled(text)
    for step in sorted(graph.steps):
        if step not in ports.steps:
            raise StepUnknown(step=step)
    for decision in sorted(graph.decisions):
        if decision not in ports.decisions:
            raise StepUnknown(step=decision)
    for post in sorted(_posts_of(graph)):
        post_key(post)
    digest = content_hash(text)
    newest = Definition.objects.filter(code=code).order_by("-version").first()
    if newest is not None and newest.content_hash == digest:
        return newest
    version = newest.version + 1 if newest else 1
    definition = Definition(code=code, version=version, text=text, content_hash=digest, published_at=at)
    try:
        with transaction.atomic():
            definition.save()
            publish(
                DefinitionPublished(subject=f"definition:{code}", version=version, content=digest), actor=actor, at=at
            )
    except IntegrityError as beaten:
        raise PublishedMeanwhile(code=code, version=version) from beaten
    return definition


def _posts_of(graph: Graph) -> set[str]:
    """The posts that a drawing names outright."""
    steps = graph.user_tasks
    named = {node.post for node in steps if not node.is_applicants} | {post for node in steps for post in node.copies}
    up = {node.overdue.what for node in steps if node.overdue and node.overdue.act is OverdueAct.POST}
    return {post for post in named | up if "{" not in post}


def publish_standing_definitions(*, actor: Actor, at: datetime) -> list[Definition]:
    """Publish every definition that the apps bring along; what is published already stays as it is."""
    return [
        publish_definition(code=code, text=path.read_text(encoding="utf-8"), actor=actor, at=at)
        for code, path in ports.definitions.items()
    ]
