"""Which post answers for a resource, and which one for the exchange as a whole: what processes about data are sent to."""

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.declarations import sources
from huimin.platform.identity.names import posts_with


class NobodyAnswers(Refusal):
    """The department that answers has no data officer in this city."""

    zh = "这一项的数源部门没有设数据专员，请联系数据资源管理局。"
    en = "The department that answers for this value has no data officer; please contact the data office."


def decider_of(resource: str) -> str:
    """The post that answers for a resource: the data officer of the department that delivers it. Raises NobodyAnswers."""
    source = sources().get(resource)
    post = posts_with("data_officer").get(source.department) if source else None
    if post is None:
        raise NobodyAnswers
    return post


def office() -> str:
    """The post of the data office, which settles what departments do not agree on. Raises NobodyAnswers."""
    posts = list(posts_with("data_office").values())
    if not posts:
        raise NobodyAnswers
    return posts[0]
