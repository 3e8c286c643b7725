"""Journals: files that keep every answered call of a run, so that it can be resumed, replayed and looked at."""

from __future__ import annotations
