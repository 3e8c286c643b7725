"""How often Python looks for cycles among objects that nobody uses any more.

Formulas are trees and tables of many small objects that live as long as a command, so the search finds nothing and takes a
tenth of the time of an analysis; what is no cycle is freed at once anyhow.
"""

from __future__ import annotations

import gc

NEW, YOUNG, OLD = 100_000, 20, 20
"""So many new objects, and searches among younger ones, before the next search."""


def seldom() -> None:
    """From now on in this process."""
    gc.set_threshold(NEW, YOUNG, OLD)
