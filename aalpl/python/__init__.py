"""The front for those who use the package from Python: a program as a value that is bound, asked and run."""

from __future__ import annotations
