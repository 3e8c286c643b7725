"""The table of commands: name, where its function stands, and one line on what it is for.

The functions are imported when a command is called, so that `aalpl --help` imports none of the stages.
"""

from __future__ import annotations

from importlib import import_module

import attrs
import click


@attrs.frozen
class Entry:
    """A command's module in this package (its function has the command's name) and its line of help."""

    module: str
    help: str


TABLE = {
    "check": Entry("check", "Find mistakes: names, types, sizes, slices, windows, hypotheses."),
    "cost": Entry("cost", "Derive what a program will cost, as a formula in its own sizes."),
    "compare": Entry("compare", "Compare what two functions cost, and from where on one is cheaper."),
    "run": Entry("run", "Run a program, on simulated models unless told otherwise."),
    "measure": Entry("measure", "Run a program many times: measured means beside what is derived."),
    "solve": Entry("solve", "How many are enough: the number for which a condition holds."),
    "models": Entry("bound", "List what stands behind the models, and check that it answers."),
    "fit": Entry("fit", "Set constants and rates from traces of real calls, and derive bounds at them."),
    "trace": Entry("trace", "Show the calls that a journal has, or export them."),
    "show": Entry("show", "Show one view of a program: its tree, its meaning, its rules, …"),
    "fmt": Entry("fmt", "Write programs in their one canonical form."),
    "example": Entry("example", "List the shipped examples, print one, or copy it."),
    "new": Entry("new", "Write a small program to start from."),
    "explain": Entry("explain", "Explain a diagnostic code."),
}


def command(name: str) -> click.Command:
    """The command itself, imported now."""
    module = import_module(f"aalpl.shell.{TABLE[name].module}")
    found: click.Command = getattr(module, name)
    return found
