"""Reads Jinja templates into expressions with Jinja's own parser (3.1); no template is ever rendered by Jinja."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from daemon.routines.expressions import (
    Arithmetic,
    Branch,
    Calculation,
    Compared,
    Comparison,
    Constant,
    Cut,
    Each,
    Either,
    Every,
    Expression,
    Field,
    Items,
    Let,
    Name,
    Negative,
    Not,
    Part,
    Pick,
    Table,
    Template,
    Text,
    Use,
)
from daemon.routines.functions import FUNCTIONS, METHODS, is_known
from daemon.routines.values import MOST_CHARACTERS, UNKNOWN, value_of

if TYPE_CHECKING:
    # jinja2 takes 40 ms to import, and a house without templates does not need it.
    from jinja2 import Environment, nodes

_SIGNS: Final[dict[str, Arithmetic]] = {
    "Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**"
}  # fmt: skip
_COMPARISONS: Final[dict[str, Comparison]] = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"
}  # fmt: skip


_MOST_WRITTEN_OUT = 200


class TemplateError(ValueError):
    """A template that has no meaning here; the message names the part and its line."""


def is_template(text: str) -> bool:
    """Say whether a text is one, as Home Assistant decides it."""
    return any(mark in text for mark in ("{{", "{%", "{#"))


@lru_cache(maxsize=4096)
def template_of(source: str) -> Template:
    """Read a template.

    Raises:
        TemplateError: it is none, or uses what there is no meaning for here.
    """
    from jinja2 import TemplateSyntaxError

    if len(source) > MOST_CHARACTERS:
        msg = f"a template of {len(source)} characters; at most {MOST_CHARACTERS} are read"
        raise TemplateError(msg)
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as error:
        msg = f"no template: {error.message} (line {error.lineno})"
        raise TemplateError(msg) from error
    except RecursionError as error:
        msg = "a template nested too deeply"
        raise TemplateError(msg) from error
    return Template(source, _Translator().text(tree.body))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment

    # Parsed only; what it would print is never asked.
    return Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=False)  # noqa: S701 - never rendered


class _Translator:
    """Translates one template; its macros are written out in each place that calls them."""

    def __init__(self) -> None:
        self._macros: dict[str, nodes.Macro] = {}
        self._written_out = 0

    def text(self, body: list[nodes.Node]) -> Text:
        """Return the text that a template's body makes."""
        return Text(self._parts(body))

    def _parts(self, body: list[nodes.Node]) -> tuple[Part, ...]:
        return tuple(part for node in body for part in self._part(node))

    def _part(self, node: nodes.Node) -> list[Part]:
        from jinja2 import nodes

        match node:
            case nodes.Output():
                return [self._expression(item) for item in node.nodes]
            case nodes.Assign():
                return [self._let(node.target, self._expression(node.node))]
            case nodes.AssignBlock(filter=None):
                return [self._let(node.target, Text(self._parts(node.body)))]
            case nodes.If():
                return [self._branch(node)]
            case nodes.For(recursive=False):
                return [self._each(node)]
            case nodes.Macro():
                self._macros[node.name] = node
                return []
            case _:
                raise _unknown(node, f"{type(node).__name__.lower()} blocks")

    def _branch(self, node: nodes.If) -> Branch:
        otherwise = self._parts(node.else_)
        for other in reversed(node.elif_):
            otherwise = (Branch(self._expression(other.test), self._parts(other.body), otherwise),)
        return Branch(self._expression(node.test), self._parts(node.body), otherwise)

    def _each(self, node: nodes.For) -> Each:
        from jinja2 import nodes

        targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        names = tuple(target.name for target in targets if isinstance(target, nodes.Name))
        if len(names) != len(targets):
            raise _unknown(node, "nested names in a loop")
        only = None if node.test is None else self._expression(node.test)
        return Each(names, self._expression(node.iter), only, self._parts(node.body), self._parts(node.else_))

    def _let(self, target: nodes.Node, value: Expression) -> Let:
        from jinja2 import nodes

        match target:
            case nodes.Name():
                return Let(target.name, value)
            case nodes.NSRef():
                return Let(target.name, value, target.attr)
            case _:
                raise _unknown(target, "several names at once")

    def _expression(self, node: nodes.Node) -> Expression:  # a table of Jinja's nodes
        from jinja2 import nodes

        match node:
            case nodes.TemplateData():
                return Constant(node.data)
            case nodes.Const():
                return Constant(value_of(node.value))
            case nodes.Name(name="states"):
                return Use("states.all")
            case nodes.Name():
                return Name(node.name)
            case nodes.Getattr() | nodes.Getitem():
                return self._field(node)
            case nodes.Tuple() | nodes.List():
                return Items(tuple(self._expression(item) for item in node.items))
            case nodes.Dict():
                return Table(tuple((self._expression(pair.key), self._expression(pair.value)) for pair in node.items))
            case nodes.CondExpr():
                otherwise = Constant("") if node.expr2 is None else self._expression(node.expr2)
                return Pick(self._expression(node.test), self._expression(node.expr1), otherwise)
            case nodes.Call():
                return self._call(node)
            case nodes.Filter():
                return self._filter(node)
            case nodes.Test():
                return self._use(node, f"is {node.name}", node.node)
            case _:
                return self._operation(node)

    def _operation(self, node: nodes.Node) -> Expression:
        from jinja2 import nodes

        match node:
            case nodes.Compare():
                return Compared(self._expression(node.expr), tuple(self._compared(operand) for operand in node.ops))
            case nodes.And():
                return Every((self._expression(node.left), self._expression(node.right)))
            case nodes.Or():
                return Either((self._expression(node.left), self._expression(node.right)))
            case nodes.Not():
                return Not(self._expression(node.node))
            case nodes.Neg():
                return Negative(self._expression(node.node))
            case nodes.Pos():
                return self._expression(node.node)
            case nodes.Concat():
                first, *others = (self._expression(item) for item in node.nodes)
                for other in others:
                    first = Calculation("~", first, other)
                return first
            case nodes.BinExpr() if type(node).__name__ in _SIGNS:
                return Calculation(
                    _SIGNS[type(node).__name__], self._expression(node.left), self._expression(node.right)
                )
            case _:
                raise _unknown(node, type(node).__name__.lower())

    def _compared(self, operand: nodes.Operand) -> tuple[Comparison, Expression]:
        return _COMPARISONS[operand.op], self._expression(operand.expr)

    def _field(self, node: nodes.Getattr | nodes.Getitem) -> Expression:
        from jinja2 import nodes

        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
            if node.arg.step is not None:
                raise _unknown(node, "a slice with a step")
            start, stop = (None if end is None else self._expression(end) for end in (node.arg.start, node.arg.stop))
            return Cut(self._expression(node.node), start, stop)
        key = Constant(node.attr) if isinstance(node, nodes.Getattr) else self._expression(node.arg)
        match node.node:
            # ``states.sensor.outside`` and ``states['sensor.outside']`` are the state, ``states.sensor`` all of a kind.
            case nodes.Name(name="states"):
                return Use("states.of", (key,))
            case nodes.Getattr(node=nodes.Name(name="states"), attr=domain):
                return Use("states.of", (Calculation("~", Constant(f"{domain}."), key),))
            case _:
                return Field(self._expression(node.node), key)

    def _call(self, node: nodes.Call) -> Expression:
        from jinja2 import nodes

        match node.node:
            case nodes.Name(name="namespace" | "dict") if not node.args:
                return Table(tuple((Constant(named.key), self._expression(named.value)) for named in node.kwargs))
            case nodes.Name(name=name) if name in FUNCTIONS:
                return self._use(node, name)
            case nodes.Getattr(node=thing, attr=attr) if attr in METHODS:
                return self._use(node, f".{attr}", thing)
            case nodes.Name(name=name) if name in self._macros:
                return self._macro(node, self._macros[name])
            case nodes.Name(name=name):
                raise _unknown(node, f"the function {name!r}")
            case nodes.Getattr(attr=attr):
                raise _unknown(node, f"the method {attr!r}")
            case _:
                raise _unknown(node, "a call of what was computed")

    def _macro(self, node: nodes.Call, macro: nodes.Macro) -> Text:
        """Return a macro's text with what it is given, in a loop of one turn, so that its names stay its own."""
        self._written_out += 1
        if self._written_out > _MOST_WRITTEN_OUT:
            raise _unknown(node, f"more than {_MOST_WRITTEN_OUT} calls of macros")
        names = tuple(arg.name for arg in macro.args)
        usual = dict(zip(reversed(names), reversed(macro.defaults), strict=False))
        given = dict(zip(names, node.args, strict=False)) | {str(named.key): named.value for named in node.kwargs}
        wanted = {**usual, **given}
        values = tuple(self._expression(wanted[name]) if name in wanted else Constant(UNKNOWN) for name in names)
        # Not in its own text: a macro that calls itself has no end.
        kept, self._macros = self._macros, {name: each for name, each in self._macros.items() if each is not macro}
        parts = self._parts(macro.body)
        self._macros = kept
        return Text((Each(names, Items(values if len(names) == 1 else (Items(values),)), None, parts),))

    def _filter(self, node: nodes.Filter) -> Expression:
        if node.node is None:
            raise _unknown(node, "a filter over a block")
        return self._use(node, node.name, node.node)

    def _use(self, node: nodes.Call | nodes.Filter | nodes.Test, name: str, first: nodes.Node | None = None) -> Use:
        from jinja2 import nodes

        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise _unknown(node, "arguments handed over with a star")
        if not is_known(name):
            kind = "test" if isinstance(node, nodes.Test) else "filter"
            raise _unknown(node, f"the {kind} {name.removeprefix('is ')!r}")
        given = tuple(self._expression(item) for item in (*([first] if first is not None else []), *node.args))
        _check_inner(node, name, given)
        return Use(name, given, tuple((str(named.key), self._expression(named.value)) for named in node.kwargs))


def _check_inner(node: nodes.Node, name: str, given: tuple[Expression, ...]) -> None:
    """Refuse ``map('x')`` and ``select('x')`` where there is no such filter or test."""
    place = {"map": 1, "select": 1, "reject": 1, "selectattr": 2, "rejectattr": 2}.get(name)
    if place is None or len(given) <= place:
        return
    inner = given[place]
    if not (isinstance(inner, Constant) and isinstance(inner.value, str)):
        raise _unknown(node, f"{name} with a name that is computed")
    if not is_known(inner.value if name == "map" else f"is {inner.value}"):
        raise _unknown(node, f"{name} with {inner.value!r}")


def _unknown(node: nodes.Node, what: str) -> TemplateError:
    return TemplateError(f"{what} in a template (line {node.lineno})")
