"""Columns `outer.inner` as the tree that JSON and XML nest them in."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Node:
    """A member of the tree: the column that is its own value, if any, and its members."""

    column: str | None = None
    members: dict[str, "Node"] = field(default_factory=dict)


def tree_of(names: Iterable[str]) -> Node:
    """The tree of these column paths, members in the order of their first column."""
    root = Node()
    for name in names:
        here = root
        for part in name.split("."):
            here = here.members.setdefault(part, Node())
        here.column = name
    return root
