"""What every node of the tree has: a place in the text, which takes no part in equality."""

from __future__ import annotations

import attrs

from aalpl.report import Span


@attrs.frozen
class Node:
    """A piece of the program as written; two nodes are equal when they say the same, wherever they stand."""

    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.frozen
class Name(Node):
    """`x'`: a use or a declaration of a name."""

    id: str


@attrs.frozen
class String(Node):
    '''`"…"` or `"""…"""` (`long`): the text with its escapes resolved.'''

    value: str
    long: bool = attrs.field(default=False, kw_only=True, eq=False)
