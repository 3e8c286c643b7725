"""A language for algorithms with language-model steps: run them, and know their cost before paying for it.

program, diagnostics = load(Source("debugging.aalp", text))
analyse(program, "focused").answer(Quantity("calls")).upper
execute(program, "focused", at={"k": 40, "l": 120, "b": 3}).meter.tokens_in
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aalpl.check import load
    from aalpl.cost import analyse
    from aalpl.cost.result import Quantity
    from aalpl.report import Diagnostic, Source
    from aalpl.run import execute

__version__ = "0.1.0.dev0"
__all__ = ["Diagnostic", "Quantity", "Source", "__version__", "analyse", "execute", "load"]

_HOMES = {
    "Diagnostic": "aalpl.report",
    "Quantity": "aalpl.cost.result",
    "Source": "aalpl.report",
    "analyse": "aalpl.cost",
    "execute": "aalpl.run",
    "load": "aalpl.check",
}


def __getattr__(name: str) -> object:
    """Public names are found when asked for, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module `aalpl` has no attribute `{name}`")
    return getattr(import_module(_HOMES[name]), name)
