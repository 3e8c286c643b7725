"""What was derived before, kept by what it depends on: functions by their excerpts, answers by the questions before them.

An analysis is always one of an excerpt (`aalpl.program.excerpt`), whether it is kept or not: so what is found again is what
would be found anew. An answer may depend on the answers before it, because these spend from the same budget of work;
answers are kept under the whole sequence of questions.
"""

from aalpl.cost.kept.memo import Memo
from aalpl.cost.kept.store import Store

__all__ = ["Memo", "Store"]
