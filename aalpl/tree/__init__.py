"""The front of the language: program text to tree (`parse`) and back (`write`)."""

from aalpl.tree.parse import parse, parse_expression, unfinished
from aalpl.tree.read import decode, read_source
from aalpl.tree.show import show
from aalpl.tree.write import write

__all__ = ["decode", "parse", "parse_expression", "read_source", "show", "unfinished", "write"]
