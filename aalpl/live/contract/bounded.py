"""Texts of so many tokens as rules of a grammar: a decoder that follows them cannot say too much, or too little.

A token is a run of letters, of marks, or of blanks, and runs of one kind never meet; so after each of them one of another
kind follows, or the end. Runs have an end too, because a model that may say no other word goes on with the last one. The
rule `t0a12w` is a text that may still have 12 tokens and begins with a run of letters. Letters are whatever is no mark, so
that no script is left out; where that counts too few (signs above letters, pictures), the contract still decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.live.contract.shape import Words

LONGEST = 256
"""Longer texts are left to their cap."""

_FOREIGN = r"\u00A1-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7\u2010-\u205E\u3001-\u3003\u3008-\u3011"
_MARKS = r"!-/:-@\[-^`{-~" + _FOREIGN
_INSIDE = r"!#-/:-@\[\]^`{-~" + _FOREIGN  # without what JSON would escape
_LETTERS = r"[^\x00-\x20\x7F-\xA0" + _MARKS + r"\u2000-\u206F\U0001F000-\U0001FAFF]{1,32}"

RUNS: Mapping[str, tuple[str, str]] = {
    "w": ("letters", _LETTERS),
    "p": ("marks", f"[{_MARKS}]{{1,4}}"),
    "q": ("plainmarks", f"[{_INSIDE}]{{1,4}}"),
    "b": ("blanks", '" "'),
}
"""What runs there are: the rule of each and what it says."""


def bounded(words: Words) -> bool:
    """Whether rules can hold a text within its bounds."""
    return words.high is not None and 0 < words.high <= LONGEST


def rules(words: Words, inside: bool) -> tuple[str, dict[str, str]]:
    """What a text is, and the rules for it; `inside` of JSON nothing needs escaping."""
    assert words.high is not None
    kinds = ("w", "q" if inside else "p", "b")
    found = {RUNS[kind][0]: RUNS[kind][1] for kind in kinds}
    name = f"{'s' if inside else 't'}{words.low}a"
    for left in range(1, words.high + 1):
        may_end = words.high - left + 1 >= words.low
        for kind in kinds:
            rest = [f"{name}{left - 1}{other}" for other in kinds if other != kind] if left > 1 else []
            more = f" ({' | '.join(rest)}){'?' if may_end else ''}" if rest else ""
            found[f"{name}{left}{kind}"] = RUNS[kind][0] + more
    begins = f"({' | '.join(f'{name}{words.high}{kind}' for kind in kinds[:2])})"
    return begins + ("?" if words.low == 0 else ""), found
