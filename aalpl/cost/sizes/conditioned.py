"""What stands beside a bracket, written as it is where the bracket holds: [x >= 1] max(0, x) is [x >= 1] x.

For answers, which people read and claims are compared with. Formulas on the way keep their maxima, which say by
themselves that they are not negative."""

from __future__ import annotations

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Atom, Given, Monomial, Size, raised, sym


def conditioned(size: Size, known: Known) -> Size:
    """The same size, shorter under its brackets."""
    if not any(isinstance(atom, Given) for atom in size.atoms()):
        return size
    result = ZERO
    inside: dict[Monomial, Known] = {}
    changed: dict[tuple[Monomial, Atom], Size] = {}
    for monomial, value in size.terms.items():
        brackets = tuple(pair for pair in monomial if isinstance(pair[0], Given))
        if brackets not in inside:
            inside[brackets] = known.plus(*(a.condition for a, _ in brackets if isinstance(a, Given)))
        product = ONE * value
        for atom, exponent in monomial:
            key = brackets, atom
            if key not in changed:
                open_ = brackets and isinstance(atom, Apply)
                changed[key] = tidy(alone(atom), inside[brackets]) if open_ else alone(atom)
            product = product * raised(changed[key], exponent)
        result = result + product
    return _joined(result, known)


def _joined(size: Size, known: Known) -> Size:
    """One formula for [x <= 1] a + [x >= 2] b with x >= 1, where a is b at x = 1."""
    for atom in sorted(size.atoms(), key=str):
        if not isinstance(atom, Given) or size.degree(atom) != 1:
            continue
        for name in sorted(atom.condition.free):
            first = atom.condition + sym(name)
            other = sym(name) - first - 1
            if first.constant() is None or not known.proves(other + 1):
                continue
            here = size.coefficients(atom).get(1, ZERO)
            above = next((a for a in size.atoms() if isinstance(a, Given) and a.condition == other), None)
            if above is None or size.degree(above) != 1 or above in here.atoms():
                continue
            later = size.coefficients(above).get(1, ZERO)
            ends = (tidy(part.replace({name: first}), known) for part in (here, later))
            if len(set(ends)) == 1:
                return _joined(size - here * alone(atom) - later * alone(above) + later, known)
    return size
