"""What traces of real calls say of a program's constants and rates: fitted, with intervals, never bounds."""

from __future__ import annotations
