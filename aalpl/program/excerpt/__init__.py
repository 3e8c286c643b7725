"""A part of a program that stands for itself: some functions, with all that they depend on, wherever they are written.

What an analysis says of a function follows from its excerpt alone: the analysis is given nothing else. Two excerpts with the
same `key` say the same, up to the lines that they stand on; `Excerpt.program` has lines of its own, the same for the same
key, and `Excerpt.real` turns what is said of those into what is said of the file.
"""

from aalpl.program.excerpt.excerpt import Excerpt, Pieces

__all__ = ["Excerpt", "Pieces"]
