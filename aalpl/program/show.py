"""Shows a checked program as text: what it means, with the sugar gone, one statement a line."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program import nodes as p
from aalpl.program import types as k


def show(program: p.Program) -> str:
    """Declarations, then functions, each request with its place."""
    return "\n".join(_program(program)) + "\n"


def _program(of: p.Program) -> Iterator[str]:
    for size in of.sizes.values():
        family = (
            "" if size.family is None else f"[{size.family.index} in {size.family.low}..{size.family.high}]"
        )
        value = "" if size.value is None else f" = {size.value}"
        yield f"{size.kind} {size.name}{family}{value}"
    for relation in of.assumptions:
        yield f"assume {_relation(relation)}"
    for model in of.models.values():
        yield f"model {_model(model)}"
    for primitive in of.primitives.values():
        yield from _primitive(primitive)
    for oracle in of.oracles.values():
        yield from _oracle(oracle)
    for costmodel in of.costmodels.values():
        yield f"costmodel {costmodel.name} = {costmodel.cost}"
    for function in of.functions.values():
        yield ""
        yield from _function(function)
    for obligation in (each for each in of.obligations if each.status != "proved"):
        yield f"{obligation.status}: {obligation.function}: {obligation.kind} {obligation.text}"


def _relation(of: p.Relation) -> str:
    return f"{of.left} {of.operator} {of.right}"


def _model(of: p.Model) -> str:
    parts = [f"{of.name} size {of.size}"]
    parts += [] if of.window is None else [f"window {of.window}"]
    parts += [] if of.overhead is None else [f"overhead {of.overhead}"]
    parts += [f"can {{{', '.join(sorted(of.can))}}}"] if of.can else []
    return " ".join(parts)


def _params(params: tuple[p.Param, ...]) -> str:
    return ", ".join(f"{param.name}: {type_text(param.type)}" for param in params)


def _primitive(of: p.Primitive) -> Iterator[str]:
    family = "" if of.family is None else f"[{of.family.index} in {of.family.low}..{of.family.high}]"
    reads = "transcript; " if of.transcript else ""
    line = f"llm {of.name}{family}({reads}{_params(of.params)}) -> {type_text(of.result)} on {of.model.name}"
    line += "" if of.right is None else f" right with probability {of.right}"
    line += "" if of.rivals is None else f" rivals {of.rivals}"
    yield line
    if of.simulate is not None:
        yield "  simulate"
        yield from _block(of.simulate.body, "    ")


def _oracle(of: p.Oracle) -> Iterator[str]:
    yield f"{'measure' if of.measure else 'oracle'} {of.name}({_params(of.params)}) -> {type_text(of.result)}"
    if of.body is not None:
        yield from _block(of.body.body, "  ")


def _function(of: p.Function) -> Iterator[str]:
    yield f"def {of.name}({_params(of.params)}) -> {type_text(of.result)}"
    for binding in of.bindings:
        yield f"  bind {binding.name} = {'.'.join(binding.path)}"
    for constraint in of.constraints:
        yield f"  need {'.'.join(constraint.path)}{length_text(constraint.length)}"
    for relation in of.requires:
        yield f"  need {_relation(relation)}"
    yield from _block(of.body, "  ")


def _block(of: p.Block, indent: str) -> Iterator[str]:
    for statement in of:
        yield from _statement(statement, indent)


def _statement(of: p.Statement, indent: str) -> Iterator[str]:
    inner = indent + "  "
    match of:
        case p.Let(target, value):
            yield f"{indent}{target} <- {text(value)}"
        case p.Ask():
            index = "" if of.index is None else f"[{text(of.index)}]"
            said = "" if of.transcript is None else f"{of.transcript}; "
            facts = ", ".join(map(_fact, of.facts))
            where = f" where {facts}" if facts else ""
            yield f"{indent}{of.target} <- ask@{of.place} {of.primitive}{index}({said}{_texts(of.args)}){where}"
        case p.Call(target, function, args, _, place):
            yield f"{indent}{target} <- call@{place} {function}({_texts(args)})"
        case p.Consult(target, oracle, args, _, place):
            yield f"{indent}{target} <- consult@{place} {oracle}({_texts(args)})"
        case p.Sample(target, law, _, place):
            yield f"{indent}{target} <- sample@{place} {_draw(law)}"
        case p.Choose(target, type, place, bounds):
            within = "" if bounds is None else f" {text(bounds[0])}..{text(bounds[1])}"
            yield f"{indent}{target} <- choose@{place} {type_text(type)}{within}"
        case p.If(test, then, orelse, place, at_most, probability, kind):
            yield f"{indent}{kind}@{place} {text(test)}{_hypotheses(at_most, probability)}"
            yield from _block(then, inner)
            if orelse:
                yield f"{indent}else"
                yield from _block(orelse, inner)
        case p.For(index, low, high, step, body, place):
            by = "" if step is None else f" by {text(step)}"
            yield f"{indent}for@{place} {index} in {text(low)}..{text(high)}{by}"
            yield from _block(body, inner)
        case p.Contribute(variable, low, high, new):
            upto = "" if high is None else f" : {text(high)}"
            yield f"{indent}contribute {variable}[{text(low)}{upto}] <- {text(new)}"
        case p.Parallel():
            yield from _parallel(of, indent)
        case p.Loop(before, test, body, place, kind, at_most, probability, decreases):
            more = "" if decreases is None else f" decreases {text(decreases)}"
            yield f"{indent}{kind}@{place}"
            yield from _block(before, inner)
            yield f"{indent}leave unless {text(test)}{_hypotheses(at_most, probability)}{more}"
            yield from _block(body, inner)
        case p.Return(value):
            yield f"{indent}return{'' if value is None else f' {text(value)}'}"


def _parallel(of: p.Parallel, indent: str) -> Iterator[str]:
    workers = "" if of.workers is None else f" workers {text(of.workers)}"
    appended = f" append {', '.join(of.appended)}" if of.appended else ""
    target = "" if of.target is None else f"{of.target} <- "
    head = f"{target}parallel@{of.place} {of.index} in {text(of.low)}..{text(of.high)}"
    yield f"{indent}{head}{workers}{appended}"
    yield from _block(of.body, indent + "  ")
    if of.value is not None:
        yield f"{indent}  yield {text(of.value)}"


def _hypotheses(at_most: p.Expr | None, probability: p.Expr | None) -> str:
    times = "" if at_most is None else f" at most {text(at_most)} times"
    chance = "" if probability is None else f" with probability {text(probability)}"
    return times + chance


def _draw(of: p.Draw) -> str:
    return f"{of.name}({'..'.join(map(text, of.args)) if of.name == 'Uniform' else _texts(of.args)})"


def _fact(of: p.Fact) -> str:
    match of:
        case p.LengthFact(operator, size):
            return f"len(result) {operator} {text(size)}"
        case p.MeasureFact(function, operator, value):
            return f"{_about(function)} {operator} {text(value)}"
        case p.LawFact(function, law):
            return f"{_about(function)} ~ {_draw(law)}"
        case p.ProbabilityFact(function, probability):
            return f"{_about(function)} with probability {text(probability)}"


def _about(function: str) -> str:
    return f"{function}(result)" if function else "result"


def _texts(of: tuple[p.Expr, ...]) -> str:
    return ", ".join(map(text, of))


def text(of: p.Expr) -> str:
    """An expression in the language's spelling, compound operands in brackets."""
    match of:
        case p.IntLiteral(value) | p.RealLiteral(value):
            return str(value)
        case p.BoolLiteral(value):
            return "true" if value else "false"
        case p.TextLiteral(value):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case p.NothingLiteral():
            return "nothing"
        case p.Variable(name) | p.FunctionName(name):
            return name
        case p.SizeName(name, _, index):
            return name if index is None else f"{name}[{text(index)}]"
        case p.Arithmetic(operator, left, right) | p.Compare(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"
        case p.Negative(value):
            return f"-{_inner(value)}"
        case p.Builtin(function, args):
            return f"{function}({_texts(args)})"
        case p.Not(value):
            return f"not {_inner(value)}"
        case p.And(parts):
            return " and ".join(map(_inner, parts))
        case p.Or(parts):
            return " or ".join(map(_inner, parts))
        case p.Present(value):
            return f"present({text(value)})"
        case p.Otherwise(value, default):
            return f"{_inner(value)} else {_inner(default)}"
        case p.Conditional(test, left, right):
            return f"{_inner(left)} if {_inner(test)} else {_inner(right)}"
        case p.LengthOf(value):
            return f"len({text(value)})"
        case p.Concat(parts):
            return " ++ ".join(map(_inner, parts))
        case p.Index(value, index):
            return f"{_inner(value)}[{text(index)}]"
        case p.Slice(value, low, high):
            return f"{_inner(value)}[{text(low)} : {text(high)}]"
        case p.Update(value, index, new):
            return f"{_inner(value)} with [{text(index)}] = {_inner(new)}"
        case p.Splice(value, low, high, new):
            return f"{_inner(value)} with [{text(low)} : {text(high)}] = {_inner(new)}"
        case p.ListLiteral(items):
            return f"[{_texts(items)}]"
        case p.RecordLiteral(fields):
            return "{" + ", ".join(f"{name}: {text(value)}" for name, value in fields) + "}"
        case p.Field(value, name):
            return f"{_inner(value)}.{name}"
        case p.WithField(value, name, new):
            return f"{_inner(value)} with .{name} = {_inner(new)}"
        case p.Reduce(operator, index, low, high, body):
            return f"{operator}({index} in {text(low)}..{text(high)}: {text(body)})"


_COMPOUND = (p.Arithmetic, p.Compare, p.Negative, p.Not, p.And, p.Or, p.Otherwise, p.Conditional, p.Concat)


def _inner(of: p.Expr) -> str:
    compound = isinstance(of, (*_COMPOUND, p.Update, p.Splice, p.WithField))
    return f"({text(of)})" if compound else text(of)


def length_text(of: k.Length) -> str:
    """A length contract in its brackets; nothing for an open one."""
    match of:
        case k.Exactly(size):
            return f"[{size}]"
        case k.Between(low, high):
            return f"[{low}..{high}]"
        case k.Distributed(law):
            return f"[~ {_law(law)}]"
        case k.Mean(mean):
            return f"[~ {mean}]"
        case k.Constant():
            return "[O(1)]"
        case k.Open():
            return ""


def _law(of: k.Law) -> str:
    match of:
        case k.Bernoulli(chance):
            return f"flip({chance})"
        case k.Binomial(n, chance):
            return f"Binomial({n}, {chance})"
        case k.Uniform(low, high):
            return f"Uniform({low}..{high})"
        case k.Geometric(chance):
            return f"Geometric({chance})"


def type_text(of: k.Type) -> str:
    """A type in the language's spelling."""
    match of:
        case k.Int(None, None):
            return "int"
        case k.Int(low, high):
            return f"int in {low}..{'' if high is None else high}"
        case k.Real():
            return "real"
        case k.Bool(chance):
            return "bool" if chance is None else f"bool true with probability {chance}"
        case k.Text(length):
            return f"text{length_text(length)}"
        case k.ListOf(element, length, index, low):
            run = "" if index is None else f" by {index} from {low}"
            return f"list{length_text(length)}{run} of {type_text(element)}"
        case k.Record(fields, name):
            return name or "{" + ", ".join(f"{field}: {type_text(each)}" for field, each in fields) + "}"
        case k.Choice(options, chances):
            return "one of " + " | ".join(
                f'"{each}"' + ("" if chances is None else f" with probability {chances[i]}")
                for i, each in enumerate(options)
            )
        case k.Maybe(value):
            return f"{type_text(value)}?"
        case k.Nothing():
            return "nothing"
        case k.Callable(params, result):
            return f"({', '.join(map(type_text, params))}) -> {type_text(result)}"
        case k.Unknown():
            return "?"
