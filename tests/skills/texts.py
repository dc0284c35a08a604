"""Finds the texts that the code says, by reading it: what a catalogue of another language has to have."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAYERS = frozenset({"say", "_say", "Deed"})
"""Functions that take texts."""


def said() -> dict[str, str]:
    """Return every text that is said -> the file that says it."""
    found: dict[str, str] = {}
    for folder in ("skills", "daemon"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "skills.language" in source or "Deed(" in source:
                tree = ast.parse(source)
                module = Module(tree)
                found |= dict.fromkeys((*module.texts(), *module.templates(tree)), str(path.relative_to(ROOT)))
    return found


class Module:
    """One module, and what its names may stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self._calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        self._values: dict[str, list[ast.expr]] = {}
        self._seen = set[str]()
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    self._bind(target, node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                self._bind(node.target, node.iter)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._bind_parameters(node)

    def texts(self) -> Iterator[str]:
        """Yield what is handed to the functions that say something, and what watches tell of."""
        for call in self._calls:
            name = _name(call.func)
            given: Sequence[ast.expr] = call.args[:4] if name == "Deed" else call.args[:1] if name in SAYERS else ()
            given = [*given, *(one.value for one in call.keywords if name == "watch" and one.arg == "what")]
            given = [
                *given,
                *(one.value for one in call.keywords if name in ("Deed", "replace") and one.arg == "cannot"),
            ]
            for node in given:
                self._seen.clear()
                yield from (text for text in self._resolved(node) if len(text) > 1 and not text.isdigit())

    def templates(self, tree: ast.Module) -> Iterator[str]:
        """Yield what is plainly a sentence about things, however it comes to be said."""
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in inside else None
            if isinstance(text, str) and text.startswith("{things} "):
                yield text

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._bind(one, its)
        elif isinstance(target, ast.Tuple):
            for one in target.elts:
                self._bind(one, value)
        elif isinstance(target, ast.Name):
            self._values.setdefault(target.id, []).append(value)

    def _bind_parameters(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Let the parameters stand for what the function is called with in this module."""
        names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
        names = names[1:] if names[:1] == ["self"] else names
        for call in self._calls:
            if _name(call.func) == function.name:
                for name, value in [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]:
                    if name in names and not isinstance(value, ast.Name):
                        self._values.setdefault(str(name), []).append(value)
        positional = function.args.args[len(function.args.args) - len(function.args.defaults) :]
        for parameter, default in zip(positional, function.args.defaults, strict=True):
            self._values.setdefault(parameter.arg, []).append(default)

    def _resolved(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.IfExp(body=one, orelse=other):
                yield from (*self._resolved(one), *self._resolved(other))
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.BoolOp(values=parts):
                for part in parts:
                    yield from self._resolved(part)
            case ast.Dict(values=parts):
                for part in parts:
                    yield from self._resolved(part)
            case ast.Subscript(value=base):
                yield from self._resolved(base)
            case ast.Call(func=ast.Attribute(value=base, attr="get" | "items" | "values"), args=[*_, default]):
                yield from (*self._resolved(base), *self._resolved(default))
            case ast.Call(func=ast.Attribute(value=base, attr="items" | "values")):
                yield from self._resolved(base)
            case ast.Call(func=ast.Name(id="zip"), args=parts):
                for part in parts:
                    yield from self._resolved(part)
            case ast.ListComp(elt=part):
                yield from self._resolved(part)
            case ast.Name(id=name) if name not in self._seen:
                self._seen.add(name)
                for value in self._values.get(name, ()):
                    yield from self._resolved(value)
            case _:
                pass


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
