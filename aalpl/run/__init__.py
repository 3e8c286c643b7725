"""Runs checked programs: lower -> link -> drive -> report. A program asks, a driver answers."""

from aalpl.run.execute import execute
from aalpl.run.observed import observed
from aalpl.run.result import Evidence, Metered, Row, Run

__all__ = ["Evidence", "Metered", "Row", "Run", "execute", "observed"]
