"""Verdicts on claims, and how they are told."""

from __future__ import annotations

import attrs

from aalpl.program.nodes import Claim
from aalpl.report import Diagnostic, Label, Severity


@attrs.frozen
class Verdict:
    """`outcome` is `true`, `false` or `undecided`, or `void` where it means nothing; `reason` says why, or at which sizes it
    fails; `instead` is a quantity that may have been meant."""

    claim: Claim
    outcome: str
    reason: str = ""
    instead: str = ""


def told(verdict: Verdict) -> Diagnostic | None:
    """False and void claims are errors, undecided ones warnings; of a true one nothing is said."""
    label = Label(verdict.claim.span, "")
    meant = f"did you mean `{verdict.instead}`?" if verdict.instead else ""
    match verdict.outcome:
        case "true":
            return None
        case "false":
            hint = meant or "look at `aalpl cost` for what is derived"
            label = attrs.evolve(label, text="not so")
            return Diagnostic("claim-false", f"this claim is false {verdict.reason}", label, hint=hint)
        case "void":
            hint = "declare it as a `const`, or leave the hypothesis out"
            return Diagnostic("bounded-size", verdict.reason, label, hint=hint)
        case _:
            title = f"this claim is left undecided: {verdict.reason}"
            hint = meant or "say in `assume` what it rests on, or claim less"
            return Diagnostic("claim-undecided", title, label, (), hint, Severity.WARNING)
