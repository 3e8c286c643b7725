"""A language for algorithms with language-model steps: run them, and know their cost before paying for it.

program = load("debugging.aalp")
program.cost("focused", "calls").at(k=40, l=120, b=3)
program.bind(find_bug=ask, dev="openai/gpt-5-mini").run("focused", code, b=3, l=120).meter.tokens_in

`docs/python.md` goes through it. `analyse` and `execute` are the stages below, on `program.checked`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aalpl.cost import analyse as analyse
    from aalpl.cost.result import Quantity as Quantity
    from aalpl.live.binding import Binding as Binding
    from aalpl.live.reply import Reply as Reply
    from aalpl.live.reply import Usage as Usage
    from aalpl.python.binding import Budget as Budget
    from aalpl.python.binding import Kept as Kept
    from aalpl.python.cost import Cost as Cost
    from aalpl.python.failed import Failed as Failed
    from aalpl.python.formula import Formula as Formula
    from aalpl.python.functions import threaded as threaded
    from aalpl.python.opened import load as load
    from aalpl.python.program import Program as Program
    from aalpl.python.result import Result as Result
    from aalpl.report import Diagnostic as Diagnostic
    from aalpl.report import Source as Source
    from aalpl.run import execute as execute
    from aalpl.run.backend import Question as Question

__version__ = "0.1.0.dev0"
__all__ = [
    "Binding",
    "Budget",
    "Cost",
    "Diagnostic",
    "Failed",
    "Formula",
    "Kept",
    "Program",
    "Quantity",
    "Question",
    "Reply",
    "Result",
    "Source",
    "Usage",
    "__version__",
    "analyse",
    "execute",
    "load",
    "threaded",
]

_HOMES = {
    "Binding": "aalpl.live.binding",
    "Budget": "aalpl.python.binding",
    "Cost": "aalpl.python.cost",
    "Diagnostic": "aalpl.report",
    "Failed": "aalpl.python.failed",
    "Formula": "aalpl.python.formula",
    "Kept": "aalpl.python.binding",
    "Program": "aalpl.python.program",
    "Quantity": "aalpl.cost.result",
    "Question": "aalpl.run.backend",
    "Reply": "aalpl.live.reply",
    "Result": "aalpl.python.result",
    "Source": "aalpl.report",
    "Usage": "aalpl.live.reply",
    "analyse": "aalpl.cost",
    "execute": "aalpl.run",
    "load": "aalpl.python.opened",
    "threaded": "aalpl.python.functions",
}


def __getattr__(name: str) -> object:
    """Public names are found when asked for, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module `aalpl` has no attribute `{name}`")
    return getattr(import_module(_HOMES[name]), name)
