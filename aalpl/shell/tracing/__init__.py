"""`aalpl trace`: where calls of journals are told."""

from __future__ import annotations
