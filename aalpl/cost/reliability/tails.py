"""Simple bounds beside exact probabilities: what a person remembers, a little weaker and much shorter.

(1 + x)^(-n) >= 1 - n*x and q^n >= 1 - n*(1 - q)   for x >= 0, 0 <= q <= 1, n >= 1 (Bernoulli; a union bound)
sum over k > n/2 of C(n, k) p^k (1-p)^(n-k) >= 1 - (4 p (1-p))^(n/2)   for p >= 1/2 (Chernoff's bound at one half)
rounds of a loop that each time ends with probability p: at most ceil(ln(1/delta)/p) but for probability delta
"""

from __future__ import annotations

from fractions import Fraction

from aalpl.program.prove import Facts
from aalpl.program.size import ONE, Apply, Big, Size, apply, power
from aalpl.program.size.polynomial import of_atom


def simple(size: Size, facts: Facts) -> Size | None:
    """A lower bound of a probability, simpler than it; None where there is none."""
    if len(size.whole) != 1:
        return None
    ((monomial, coefficient),) = size.terms.items()
    if coefficient != 1 or len(monomial) != 1:
        return None
    ((atom, times),) = monomial
    match atom:
        case Apply("pow", (base, exponent)):
            return _power(base, exponent * times, facts)
        case Big("sum", _, low, high, _) if times == 1:
            return _majority(atom, low, high, facts)
        case _:
            return None


def _power(base: Size, exponent: Size, facts: Facts) -> Size | None:
    if facts.proves(exponent - 1) and not exponent.constant():  # q^n: bases that are probabilities
        return 1 - exponent * (1 - base) if facts.proves(1 - base) and facts.proves(base) else None
    if facts.proves(-exponent - 1) and exponent.constant() is None and _above_one(base, facts):
        return 1 + exponent * (base - 1)
    return None


def _above_one(base: Size, facts: Facts) -> bool:
    """Whether a size is 1 and a power of what is not negative."""
    rest = base - 1
    if len(rest.whole) != 1:
        return False
    ((monomial, coefficient),) = rest.terms.items()
    return coefficient > 0 and all(
        (isinstance(atom, Apply) and atom.function == "pow") or facts.proves(of_atom(atom))
        for atom, _ in monomial
    )


def _majority(atom: Big, low: Size, high: Size, facts: Facts) -> Size | None:
    """The binomial upper tail from one half of the trials on."""
    j = of_atom(next(iter(a for a in atom.body.atoms() if isinstance(a, Apply) and a.function == "binomial")))
    for factor in atom.body.atoms():
        if isinstance(factor, Apply) and factor.function == "pow":
            p, times = factor.args
            if times.free == {atom.index} and facts.proves(p - Fraction(1, 2)):
                wanted = apply("binomial", high, times) * power(p, times) * power(1 - p, high - times)
                half = low in (apply("ceil", high / 2), apply("floor", high / 2) + 1)
                if atom.body == wanted and half and j:
                    return ONE - power(4 * p * (1 - p), high / 2)
    return None
