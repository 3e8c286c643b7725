"""One run of the checker: the modules it knows, and the parts of the program it has made."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.check import declare, functions, headers
from aalpl.check.body import Body
from aalpl.check.kinds import UNKNOWN
from aalpl.check.library import Library, Reader
from aalpl.check.module import Module, Signature
from aalpl.check.problems import Problems
from aalpl.program import nodes as p
from aalpl.program.types import Record, Type
from aalpl.report import Label, Span
from aalpl.tree import nodes as t
from aalpl.tree import parse


@attrs.define(eq=False)
class Checker:
    """Names lead to signatures, signatures to functions; each is read when it is first needed."""

    main: Module
    library: Library
    read: Reader
    problems: Problems = attrs.Factory(Problems)
    loaded: dict[str, Module] = attrs.Factory(dict)  # of the library, by name
    files: dict[str, Module] = attrs.Factory(dict)  # used files, by path
    models: dict[str, p.Model] = attrs.Factory(dict)
    primitives: dict[str, p.Primitive] = attrs.Factory(dict)
    oracles: dict[str, p.Oracle] = attrs.Factory(dict)
    functions: dict[str, p.Function] = attrs.Factory(dict)
    costmodels: dict[str, p.CostModel] = attrs.Factory(dict)
    assumptions: list[p.Relation] = attrs.Factory(list)
    claims: list[p.Claim] = attrs.Factory(list)
    entry: str | None = None
    unread: dict[str, frozenset[str]] = attrs.Factory(dict)  # parameters a function never reads
    used: set[str] = attrs.Factory(set)  # sizes that occur somewhere
    reached: set[str] = attrs.Factory(set)  # program names of what is called somewhere
    silent: list[tuple[Signature, Span]] = attrs.Factory(list)  # functions that may not ask a primitive

    # -- modules -------------------------------------------------------------------------------------------------

    def modules(self) -> Iterator[Module]:
        """The file that is checked, the files it uses, and the library modules that were needed."""
        yield self.main
        yield from self.files.values()
        yield from self.loaded.values()

    def prepare(self, module: Module) -> None:
        """Enters a file's names and reads its headers."""
        declare.declare(module, self.problems)
        self._use(module)
        headers.symbols(module, self.problems, self.used)
        for signature in module.callables.values():
            headers.header(signature, self.problems, self.used)

    def _use(self, module: Module) -> None:
        for item in module.file.items:
            match item:
                case t.Use(t.String(path) as written):
                    used = self._file(written, path)
                case t.Use(t.Name(name) as written):
                    used = self.module(name)
                    if used is None:
                        self.unknown_module(written)
                case _:
                    continue
            if used is not None and used is not module and used not in module.uses:
                self._clashes(module, used)
                module.uses += [used, *(each for each in used.uses if each is not module)]

    def _clashes(self, module: Module, used: Module) -> None:
        """A file and one it uses may not define the same name; those of the library may be defined anew."""
        told_there = used.library or used is self.main
        for name in () if told_there else module.callables.keys() & used.callables.keys():
            self.problems.error(
                "declared-twice",
                f"`{name}` is declared here and in `{used.source.name}`",
                module.callables[name].node.name.span,
                "again here",
                others=(Label(used.callables[name].node.name.span, "first declared here"),),
                hint="give one of them another name",
            )

    def unknown_module(self, name: t.Name) -> None:
        """Tells that the library has no such module."""
        from aalpl.check.undeclared import nearest

        guess = nearest(name.id, list(self.library.paths))
        self.problems.error(
            "unknown-module",
            f"the standard library has no module `{name.id}`",
            name.span,
            hint=f"did you mean `{guess}`?"
            if guess
            else f"there are {', '.join(sorted(self.library.paths))}",
        )

    def _file(self, written: t.String, path: str) -> Module | None:
        if path in self.files:
            return self.files[path]
        source = self.read(path)
        if source is None:
            self.problems.error("no-such-file", f"there is no file `{path}`", written.span)
            return None
        if source.name == self.main.source.name:
            return self.main
        file, wrong = parse(source)
        if file is None or wrong:
            self.problems.found.extend(wrong)
            return None
        stem = path.rpartition("/")[2].removesuffix(".aalp")
        module = self.files[path] = Module(stem, source, file)
        self.prepare(module)
        return module

    def module(self, name: str) -> Module | None:
        """A module of the library."""
        if name in self.loaded:
            return self.loaded[name]
        if name not in self.library.paths:
            return None
        file, wrong = self.library.file(name)
        if file is None:
            self.problems.found.extend(wrong)
            return None
        module = self.loaded[name] = Module(name, file.span.source, file, library=True)
        self.prepare(module)
        taken = {each.program_name for other in self.modules() if other is not module for each in _all(other)}
        for signature in module.callables.values():
            if signature.name in taken:
                signature.program_name = f"{name}.{signature.name}"
        return module

    # -- names ---------------------------------------------------------------------------------------------------

    def own_callable(self, module: Module, name: str) -> Signature | None:
        """What a file, or a file it uses, defines by this name."""
        return next((each.callables[name] for each in module.reach() if name in each.callables), None)

    def callable(self, module: Module, name: str) -> Signature | None:
        """What can be called by this name: a definition of the file's, else one of the library's."""
        own = self.own_callable(module, name)
        if own is not None:
            return own
        holder = self.library.names().get(name)
        found = None if holder is None or holder == module.name else self.module(holder)
        return None if found is None else found.callables.get(name)

    def callable_names(self, module: Module) -> list[str]:
        """Every name that could be called."""
        return [*(name for each in module.reach() for name in each.callables), *self.library.names()]

    def method(self, module: Module, record: str | None, name: str) -> Signature | None:
        """The function `name` whose first parameter is the named record."""
        return self.methods(module, record).get(name)

    def methods(self, module: Module, record: str | None) -> dict[str, Signature]:
        """The functions that belong to a record type, the file's own first."""
        found: dict[str, Signature] = {}
        for each in (*module.reach(), *self.modules()):
            for name, signature in each.callables.items():
                match signature.params:
                    case (p.Param(_, Record(_, str(first))), *_) if first == record:
                        found.setdefault(name, signature)
                    case _:
                        pass
        return found

    # -- functions -----------------------------------------------------------------------------------------------

    def result(self, signature: Signature) -> Type:
        """What a call answers; the body is read for it where nothing is written."""
        self.reached.add(signature.program_name)
        if signature.state == "new" and (signature.result is None or signature.module.library):
            functions.lower(self, signature)
        return UNKNOWN if signature.result is None or signature.broken else signature.result

    def needs_silence(self, signature: Signature, span: Span) -> None:
        """Notes that a function is called where no primitive may be."""
        self.silent.append((signature, span))

    def assignment(self, body: Body, name: str) -> tuple[Label, ...]:
        """Where a variable is assigned, later on."""
        found = body.first.get(name)
        return () if found is None else (Label(found, "it gets a value here"),)

    def namesakes(self, body: Body, name: str) -> tuple[Label, ...]:
        """Another function's variable of this name: the line may have slipped."""
        for signature in body.module.callables.values():
            if isinstance(signature.node, t.Def) and signature.program_name != body.name:
                found = functions.first(signature.node.body).get(name)
                if found is not None:
                    return (Label(found, f"`{signature.name}` has a variable of this name"),)
        return ()

    def result_label(self, body: Body) -> tuple[Label, ...]:
        """Where the result of a function is written."""
        return () if body.written is None else (Label(body.written, "declared here"),)


def _all(module: Module) -> Iterator[Signature]:
    return iter(module.callables.values())
