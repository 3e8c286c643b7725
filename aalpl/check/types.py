"""Types as written, to types as meant."""

from __future__ import annotations

from aalpl.check.sizes import Sizes, bounds, chance, optional, size
from aalpl.program import size as s
from aalpl.program import types as k
from aalpl.program.size import Size
from aalpl.tree import nodes as t


def resolve(of: t.TypeExpr, place: Sizes) -> k.Type:
    """The type that is meant; what makes no sense is told, and fits everything."""
    match of:
        case t.IntType(low, high):
            if low is not None and high is not None:
                return k.Int(*bounds(low, high, place))
            return k.Int(optional(low, place), optional(high, place))
        case t.RealType():
            return k.Real()
        case t.BoolType():
            return k.Bool()
        case t.TextType(length):
            return k.Text(k.Open() if length is None else resolve_length(length, place))
        case t.ListType(t.Family() as family, element):
            return _family(family, element, place)
        case t.ListType(length, element):
            return k.ListOf(resolve(element, place), _list_length(length, place))
        case t.RecordType(fields):
            return k.Record(_fields(fields, place))
        case t.ChoiceType(options):
            return _choice(of, options, place)
        case t.OptionalType(base):
            inner = resolve(base, place)
            return inner if isinstance(inner, k.Maybe) else k.Maybe(inner)
        case t.TranscriptType():
            return k.Text()
        case t.FunctionType(parameters, result):
            return k.Callable(tuple(resolve(each, place) for each in parameters), resolve(result, place))
        case t.NamedType(name):
            return _named(name, place)


def _list_length(of: t.Length | t.Family | None, place: Sizes) -> k.Length:
    return k.Open() if of is None or isinstance(of, t.Family) else resolve_length(of, place)


def resolve_length(of: t.Length, place: Sizes) -> k.Length:
    """A length contract."""
    match of:
        case t.Exactly(size=n):
            return k.Exactly(_length(n, place))
        case t.AtMost(size=n):
            return k.Between(s.ZERO, _length(n, place))
        case t.Between(low, high):
            return k.Between(*bounds(low, high, place))
        case t.About(law):
            found = _law(law, place)
            return k.Mean(size(law, place)) if found is None else k.Distributed(found)
        case t.SomeConstant():
            return k.Constant()


def _length(of: t.Expr, place: Sizes) -> Size:
    found = size(of, place)
    number = found.constant()
    if number is not None and number < 0:
        place.problems.error("negative-length", f"no length is {number}", of.span, hint="lengths begin at 0")
    return found


def _law(of: t.Expr, place: Sizes) -> k.Law | None:
    match of:
        case t.Call(t.Name("Uniform"), (t.Range(low, high),)):
            return k.Uniform(*bounds(low, high, place))
        case t.Call(t.Name("Binomial"), (n, p)):
            return k.Binomial(size(n, place), chance(p, place))
        case t.Call(t.Name("Geometric"), (p,)):
            return k.Geometric(chance(p, place))
        case _:
            return None


def _family(family: t.Family, element: t.TypeExpr, place: Sizes) -> k.Type:
    if family.variable is None or not isinstance(family.domain, t.Range):
        place.problems.error("not-a-range", "a range `a..b` is expected after `in`", family.domain.span)
        return k.Unknown()
    low, high = size(family.domain.low, place), size(family.domain.high, place)
    index = family.variable.id
    inner = resolve(element, place.with_local({index: s.sym(index)}))
    return k.ListOf(inner, k.Exactly(high - low + 1), index, low)


def _fields(fields: tuple[t.FieldType, ...], place: Sizes) -> tuple[tuple[str, k.Type], ...]:
    seen: dict[str, k.Type] = {}
    for field in fields:
        if field.name.id in seen:
            place.problems.error(
                "declared-twice",
                f"the record has two fields `{field.name.id}`",
                field.name.span,
                "again here",
            )
        seen[field.name.id] = resolve(field.type, place)
    return tuple(seen.items())


def _choice(of: t.ChoiceType, options: tuple[t.Option, ...], place: Sizes) -> k.Type:
    names = tuple(option.value.value for option in options)
    for i, option in enumerate(options):
        if option.value.value in names[:i]:
            place.problems.error("declared-twice", f'"{option.value.value}" is an option twice', option.span)
    given = [option.probability for option in options]
    if all(each is None for each in given):
        return k.Choice(names)
    chances = [None if each is None else chance(each, place) for each in given]
    known = [each for each in chances if each is not None]
    rest = s.ONE - sum(known, s.ZERO)
    if chances.count(None) > 1 or (chances.count(None) == 0 and rest.constant() not in (None, 0)):
        place.problems.error(
            "probabilities-of-options",
            "the probabilities of the options do not add up to 1",
            of.span,
            hint="give one to every option, or to all but one",
        )
    return k.Choice(names, tuple(rest if each is None else each for each in chances))


def _named(name: t.Name, place: Sizes) -> k.Type:
    """A declared type; where it is declared in terms of itself that is told."""
    for module in place.module.reach():
        declaration = module.types.get(name.id)
        if declaration is None:
            continue
        if name.id not in module.resolved:
            module.resolved[name.id] = k.Unknown()
            mark = len(place.problems.found)
            inner = resolve(declaration.type, Sizes(module, place.problems, {}, used=place.used))
            if _mentions(declaration.type, name.id):
                del place.problems.found[mark:]
                place.problems.error(
                    "type-within-itself", f"the type `{name.id}` contains itself", declaration.name.span
                )
            elif isinstance(inner, k.Record):
                inner = k.Record(inner.fields, name.id)
            module.resolved[name.id] = inner
        return module.resolved[name.id]
    known = [other for module in place.module.reach() for other in module.types]
    place.problems.undeclared(name, "type", [*known, "int", "real", "bool", "text", "transcript"])
    return k.Unknown()


def _mentions(of: t.TypeExpr, name: str) -> bool:
    match of:
        case t.NamedType(other):
            return other.id == name
        case t.ListType(_, element):
            return _mentions(element, name)
        case t.OptionalType(base):
            return _mentions(base, name)
        case t.RecordType(fields):
            return any(_mentions(field.type, name) for field in fields)
        case t.FunctionType(parameters, result):
            return any(_mentions(each, name) for each in (*parameters, result))
        case _:
            return False
