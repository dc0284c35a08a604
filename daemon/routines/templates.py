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
from daemon.routines.values import MOST_CHARACTERS, value_of

if TYPE_CHECKING:
    # jinja2 takes 40 ms to import, and a house without templates does not need it.
    from jinja2 import Environment, nodes

_SIGNS: Final[dict[str, Arithmetic]] = {
    "Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**"
}  # fmt: skip
_COMPARISONS: Final[dict[str, Comparison]] = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"
}  # fmt: skip


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
    return Template(source, Text(_parts(tree.body)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment

    # Parsed only; what it would print is never asked.
    return Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=False)  # noqa: S701 - never rendered


def _parts(body: list[nodes.Node]) -> tuple[Part, ...]:
    return tuple(part for node in body for part in _part(node))


def _part(node: nodes.Node) -> list[Part]:
    from jinja2 import nodes

    match node:
        case nodes.Output():
            return [_expression(item) for item in node.nodes]
        case nodes.Assign():
            return [_let(node.target, _expression(node.node))]
        case nodes.AssignBlock(filter=None):
            return [_let(node.target, Text(_parts(node.body)))]
        case nodes.If():
            return [_branch(node)]
        case nodes.For(recursive=False):
            return [_each(node)]
        case _:
            raise _unknown(node, f"{type(node).__name__.lower()} blocks")


def _branch(node: nodes.If) -> Branch:
    otherwise = _parts(node.else_)
    for other in reversed(node.elif_):
        otherwise = (Branch(_expression(other.test), _parts(other.body), otherwise),)
    return Branch(_expression(node.test), _parts(node.body), otherwise)


def _each(node: nodes.For) -> Each:
    from jinja2 import nodes

    targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
    names = tuple(target.name for target in targets if isinstance(target, nodes.Name))
    if len(names) != len(targets):
        raise _unknown(node, "nested names in a loop")
    only = None if node.test is None else _expression(node.test)
    return Each(names, _expression(node.iter), only, _parts(node.body), _parts(node.else_))


def _let(target: nodes.Node, value: Expression) -> Let:
    from jinja2 import nodes

    match target:
        case nodes.Name():
            return Let(target.name, value)
        case nodes.NSRef():
            return Let(target.name, value, target.attr)
        case _:
            raise _unknown(target, "several names at once")


def _expression(node: nodes.Node) -> Expression:  # a table of Jinja's nodes
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
            return _field(node)
        case nodes.Tuple() | nodes.List():
            return Items(tuple(_expression(item) for item in node.items))
        case nodes.Dict():
            return Table(tuple((_expression(pair.key), _expression(pair.value)) for pair in node.items))
        case nodes.CondExpr():
            otherwise = Constant("") if node.expr2 is None else _expression(node.expr2)
            return Pick(_expression(node.test), _expression(node.expr1), otherwise)
        case nodes.Call():
            return _call(node)
        case nodes.Filter():
            return _filter(node)
        case nodes.Test():
            return _use(node, f"is {node.name}", node.node)
        case _:
            return _operation(node)


def _operation(node: nodes.Node) -> Expression:
    from jinja2 import nodes

    match node:
        case nodes.Compare():
            return Compared(_expression(node.expr), tuple(_compared(operand) for operand in node.ops))
        case nodes.And():
            return Every((_expression(node.left), _expression(node.right)))
        case nodes.Or():
            return Either((_expression(node.left), _expression(node.right)))
        case nodes.Not():
            return Not(_expression(node.node))
        case nodes.Neg():
            return Negative(_expression(node.node))
        case nodes.Pos():
            return _expression(node.node)
        case nodes.Concat():
            first, *others = (_expression(item) for item in node.nodes)
            for other in others:
                first = Calculation("~", first, other)
            return first
        case nodes.BinExpr() if type(node).__name__ in _SIGNS:
            return Calculation(_SIGNS[type(node).__name__], _expression(node.left), _expression(node.right))
        case _:
            raise _unknown(node, type(node).__name__.lower())


def _compared(operand: nodes.Operand) -> tuple[Comparison, Expression]:
    return _COMPARISONS[operand.op], _expression(operand.expr)


def _field(node: nodes.Getattr | nodes.Getitem) -> Expression:
    from jinja2 import nodes

    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        if node.arg.step is not None:
            raise _unknown(node, "a slice with a step")
        start, stop = (None if end is None else _expression(end) for end in (node.arg.start, node.arg.stop))
        return Cut(_expression(node.node), start, stop)
    key = Constant(node.attr) if isinstance(node, nodes.Getattr) else _expression(node.arg)
    match node.node:
        # ``states.sensor.outside`` and ``states['sensor.outside']`` are the state, ``states.sensor`` all of a kind.
        case nodes.Name(name="states"):
            return Use("states.of", (key,))
        case nodes.Getattr(node=nodes.Name(name="states"), attr=domain):
            return Use("states.of", (Calculation("~", Constant(f"{domain}."), key),))
        case _:
            return Field(_expression(node.node), key)


def _call(node: nodes.Call) -> Expression:
    from jinja2 import nodes

    match node.node:
        case nodes.Name(name="namespace" | "dict") if not node.args:
            return Table(tuple((Constant(named.key), _expression(named.value)) for named in node.kwargs))
        case nodes.Name(name=name) if name in FUNCTIONS:
            return _use(node, name)
        case nodes.Getattr(node=thing, attr=attr) if attr in METHODS:
            return _use(node, f".{attr}", thing)
        case nodes.Name(name=name):
            raise _unknown(node, f"the function {name!r}")
        case nodes.Getattr(attr=attr):
            raise _unknown(node, f"the method {attr!r}")
        case _:
            raise _unknown(node, "a call of what was computed")


def _filter(node: nodes.Filter) -> Expression:
    if node.node is None:
        raise _unknown(node, "a filter over a block")
    return _use(node, node.name, node.node)


def _use(node: nodes.Call | nodes.Filter | nodes.Test, name: str, first: nodes.Node | None = None) -> Use:
    from jinja2 import nodes

    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise _unknown(node, "arguments handed over with a star")
    if not is_known(name):
        kind = "test" if isinstance(node, nodes.Test) else "filter"
        raise _unknown(node, f"the {kind} {name.removeprefix('is ')!r}")
    given = tuple(_expression(item) for item in (*([first] if first is not None else []), *node.args))
    _check_inner(node, name, given)
    return Use(name, given, tuple((str(named.key), _expression(named.value)) for named in node.kwargs))


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
