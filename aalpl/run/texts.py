"""Texts as ropes: sequences of pieces (origin, from, to) that are cut and joined without touching a token.

A rope is a plain tuple, because a run makes millions of them:

    (length, start, origin, 1)          a piece: `length` tokens of `origin`, beginning at its token `start`
    (length, left, right, pieces)       two ropes one after the other

An origin is a number (tokens nobody has looked at: an input or reply of the simulator, of any length) or `Words`
(tokens that are there). Inner ropes are kept in weight balance, so that cutting and joining take logarithmic time in
the number of pieces. Equal sequences of pieces are equal texts, however they are bracketed (semantics 26).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from aalpl.program.tokens import tokens
from aalpl.run.faults import OutOfRange

Text = tuple[int, Any, Any, int]


class Words:
    """An origin whose tokens are there."""

    __slots__ = ("tokens",)

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens


class Replied(Words):
    """Words that a model has said in this conversation; `model` is its name in the program."""

    __slots__ = ("model",)

    def __init__(self, tokens: list[str], model: str) -> None:
        super().__init__(tokens)
        self.model = model


EMPTY: Text = (0, 0, 0, 1)


def written(text: str) -> Text:
    """The text that these characters are, tokenised now and never again."""
    found = tokens(text)
    return (len(found), 0, Words(found), 1) if found else EMPTY


def of_tokens(found: list[str]) -> Text:
    """The text of these tokens."""
    return (len(found), 0, Words(found), 1) if found else EMPTY


def cut(x: Text, low: int, high: int) -> Text:
    """`x[low:high]`."""
    if not 0 <= low <= high <= x[0]:
        raise OutOfRange(low, high, x[0])
    while x[3] != 1:
        left = x[1]
        middle = left[0]
        if high <= middle:
            x = left
        elif low >= middle:
            low -= middle
            high -= middle
            x = x[2]
        elif low == 0 and high == x[0]:
            return x
        else:
            return join(cut(left, low, middle), cut(x[2], 0, high - middle))
    return (high - low, x[1] + low, x[2], 1) if high > low else EMPTY


def join(left: Text, right: Text) -> Text:
    """`left ++ right`."""
    if not left[0]:
        return right
    if not right[0]:
        return left
    a, b = left[3], right[3]
    if a == 1 and b == 1 and left[2] == right[2] and left[1] + left[0] == right[1]:
        return (left[0] + right[0], left[1], left[2], 1)
    if a > 3 * b:
        return _balanced(left[1], join(left[2], right))
    if b > 3 * a:
        return _balanced(join(left, right[1]), right[2])
    return (left[0] + right[0], left, right, a + b)


def as_reply(x: Text, model: str) -> Text:
    """The same text as it enters a conversation: as what `model` has said there."""
    if x[3] == 1:
        return x if type(x[2]) is int else (x[0], x[1], Replied(x[2].tokens, model), 1)
    return join_all([as_reply(piece, model) for piece in pieces(x)])


def join_all(parts: list[Text]) -> Text:
    """All parts, one after the other."""
    whole = EMPTY
    for part in parts:
        whole = join(whole, part)
    return whole


def splice(x: Text, low: int, high: int, new: Text) -> Text:
    """`x` with `x[low:high]` replaced by `new`, which is as long."""
    if not 0 <= low <= high <= x[0]:
        raise OutOfRange(low, high, x[0])
    if new[0] != high - low:
        raise OutOfRange(low, high, x[0], new[0])
    return _put(x, low, high, new)


def pieces(x: Text) -> Iterator[Text]:
    """The pieces of a rope from left to right, neighbours of one origin put together."""
    before: Text | None = None
    stack = [x]
    while stack:
        part = stack.pop()
        while part[3] != 1:
            stack.append(part[2])
            part = part[1]
        if not part[0]:
            continue
        if before is not None and before[2] == part[2] and before[1] + before[0] == part[1]:
            before = (before[0] + part[0], before[1], before[2], 1)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def key(x: Text) -> Hashable:
    """What equal texts have in common, whoever made them and however."""
    if x[3] == 1 and type(x[2]) is int:
        return (x[0], x[1], x[2]) if x[0] else ()
    found: list[Hashable] = []
    for length, start, origin, _ in pieces(x):
        if type(origin) is int:
            found += (length, start, origin)
        else:
            found += origin.tokens[start : start + length]
    return tuple(found)


def same(a: Text, b: Text) -> bool:
    """Whether two texts are equal."""
    if a is b:
        return True
    if a[0] != b[0]:
        return False
    if a[3] == 1 and b[3] == 1 and type(a[2]) is int and type(b[2]) is int:
        return a[0] == 0 or (a[2] == b[2] and a[1] == b[1])
    return key(a) == key(b)


def shared_prefix(a: Text, b: Text) -> int:
    """How many tokens two texts begin with alike; parts that both were made of are not looked into."""
    total, left, right = 0, [a], [b]
    while left and right:
        x, y = left.pop(), right.pop()
        if x is y or not x[0] or not y[0]:
            total += x[0] if x is y else 0
            left += [x] if not y[0] and x[0] else []
            right += [y] if not x[0] and y[0] else []
        elif x[3] > 1 and x[3] >= y[3]:
            left += [x[2], x[1]]
            right.append(y)
        elif y[3] > 1:
            left.append(x)
            right += [y[2], y[1]]
        else:
            common = _alike(x, y)
            total += common
            if common < min(x[0], y[0]):
                return total
            left.append(cut(x, common, x[0]))
            right.append(cut(y, common, y[0]))
    return total


def _alike(x: Text, y: Text) -> int:
    """The same for two pieces."""
    least = min(x[0], y[0])
    if type(x[2]) is int or type(y[2]) is int:
        return least if x[1] == y[1] and x[2] == y[2] else 0
    if x[2] is y[2] and x[1] == y[1]:
        return least
    pairs = zip(x[2].tokens[x[1] : x[1] + least], y[2].tokens[y[1] : y[1] + least], strict=True)
    return next((i for i, (p, q) in enumerate(pairs) if p != q), least)


def spelled(x: Text) -> str:
    """The characters of a text; tokens that nobody has looked at read `‹120 tokens›`."""
    return "".join(map(_spelled, pieces(x)))


def origins(x: Text) -> Iterator[Any]:
    """The origins a text is made of."""
    return (piece[2] for piece in pieces(x))


def fitted(x: Text, length: int) -> Text:
    """`x` cut, or filled up with blanks, to `length` tokens."""
    if x[0] >= length:
        return cut(x, 0, length)
    return join(x, of_tokens([" "] * (length - x[0])))


def _put(x: Text, low: int, high: int, new: Text) -> Text:
    if x[3] != 1:
        left, right = x[1], x[2]
        middle = left[0]
        if high <= middle:
            return _balanced(_put(left, low, high, new), right)
        if low >= middle:
            return _balanced(left, _put(right, low - middle, high - middle, new))
    return join(join(cut(x, 0, low), new), cut(x, high, x[0]))


def _balanced(left: Text, right: Text) -> Text:
    """Two ropes side by side, of which one may have become a little too heavy: at most two rotations."""
    if not left[0]:
        return right
    if not right[0]:
        return left
    a, b = left[3], right[3]
    if b > 3 * a and b > 2:
        inner, outer = right[1], right[2]
        if inner[3] < 2 * outer[3] or inner[3] == 1:
            return _pair(_pair(left, inner), outer)
        return _pair(_pair(left, inner[1]), _pair(inner[2], outer))
    if a > 3 * b and a > 2:
        outer, inner = left[1], left[2]
        if inner[3] < 2 * outer[3] or inner[3] == 1:
            return _pair(outer, _pair(inner, right))
        return _pair(_pair(outer, inner[1]), _pair(inner[2], right))
    return (left[0] + right[0], left, right, a + b)


def _pair(left: Text, right: Text) -> Text:
    return (left[0] + right[0], left, right, left[3] + right[3])


def _spelled(piece: Text) -> str:
    length, start, origin, _ = piece
    if type(origin) is int:
        return f"‹{length} token{'s' if length > 1 else ''}›"
    return "".join(origin.tokens[start : start + length])
