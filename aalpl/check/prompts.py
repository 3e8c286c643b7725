"""Holds the prompts of primitives against their parameters."""

from __future__ import annotations

from aalpl.check.checker import Checker
from aalpl.check.module import Signature
from aalpl.check.undeclared import nearest
from aalpl.program.tokens import placeholders
from aalpl.report import Label
from aalpl.tree import nodes as t


def tell(checker: Checker) -> None:
    """Tells of placeholders that name no parameter, and of parameters that no placeholder shows."""
    if checker.problems.failed():
        return
    for signature in checker.main.callables.values():
        match signature.node:
            case t.Llm(prompt=t.String() as prompt):
                if not _unknown(checker, signature, prompt):
                    _unsent(checker, signature, prompt)
            case _:
                pass


def _unknown(checker: Checker, signature: Signature, prompt: t.String) -> bool:
    names = [parameter.name.id for parameter in signature.node.parameters]
    for shown in placeholders(prompt.value):
        if shown in names:
            continue
        guess = nearest(shown, names)
        checker.problems.error(
            "unknown-placeholder",
            f"the prompt shows `{{{shown}}}`, and `{signature.name}` has no such parameter",
            prompt.span,
            others=(Label(signature.node.name.span, "declared here"),),
            hint=f"did you mean `{{{guess}}}`?" if guess else "name a parameter between the braces",
        )
        return True
    return False


def _unsent(checker: Checker, signature: Signature, prompt: t.String) -> None:
    shown = set(placeholders(prompt.value))
    for param in signature.params:
        if param.name not in shown:
            checker.problems.warn(
                "unsent-parameter",
                f"the prompt of `{signature.name}` does not show its parameter `{param.name}`",
                param.span,
                "never sent to the model",
                hint=f"write `{{{param.name}}}` where it belongs in the prompt, or leave it out",
            )
