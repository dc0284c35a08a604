"""Jinja for the templates that `expressions` leaves over, shut in: a stranger on the broker wrote them.

Imported only when such a template comes. See docs/adr/0003-discovery-templates.md for what is allowed and why.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from jinja2 import Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from devices.dialects import json_payload
from devices.dialects.discovery.functions import (
    FILTERS,
    GLOBALS,
    MAX_TEXT,
    OPERATORS,
    TooMuch,
    Unset,
    binary,
    join,
    regex_match,
    regex_search,
    replace,
)

_MAX_NODES: Final = 300
_MAX_REGEX: Final = 3
"""Each may take some tens of milliseconds."""
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Assign, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice,
    nodes.List, nodes.Dict, nodes.Tuple, nodes.Pair, nodes.Filter, nodes.Test, nodes.Call, nodes.Neg, nodes.Pos,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Concat, nodes.Keyword,
)  # fmt: skip
"""No loops, macros, blocks, includes: what is left runs once through a source of bounded length."""

_METHODS: Final = frozenset(
    ("capitalize", "count", "endswith", "find", "get", "index", "isdigit", "isnumeric", "items", "keys", "lower",
     "lstrip", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper", "values",
     "isoformat", "timestamp", "year", "month", "day", "hour", "minute", "second")
)  # fmt: skip
"""Methods whose result is no bigger than what they work on."""

_REGEX: Final = frozenset({"match", "search", *(name for name in FILTERS if name.startswith("regex_"))})


class _Missing(Undefined, Unset):
    __slots__ = ()


class _Joined(NodeTransformer):
    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return nodes.Filter(node.nodes[0], "concat", node.nodes[1:], [], None, None, lineno=node.lineno)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with everything out that takes time or space without measure."""

    intercepted_binops = frozenset(OPERATORS)

    def __init__(self) -> None:
        # Not optimized: folding constants runs filters while compiling, and takes cubic time for a chain of them.
        super().__init__(undefined=_Missing, autoescape=False, cache_size=0, optimized=False)
        self.filters = dict(FILTERS)
        self.globals = dict(GLOBALS)
        self.tests["match"] = regex_match
        self.tests["search"] = regex_search

    def call_binop(self, context: object, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - Jinja's
        return binary(operator, left, right)

    def wrap_str_format(self, value: Any) -> None:
        """Let ``str.format`` be judged like any other method: it is refused, for its widths."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr in _METHODS and super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if json_payload.is_object(obj) and attribute in obj:
            # Else a device's key ``update`` or ``count`` is hidden by the method of that name.
            return obj[attribute]
        # These two can make a big text of small ones; their bounded forms take their place.
        if isinstance(obj, str) and attribute == "replace":
            return partial(replace, obj)
        if isinstance(obj, str) and attribute == "join":
            return partial(join, separator=obj)
        return super().getattr(obj, attribute)


_SANDBOX: Final = _Sandbox()


def compile_template(source: str) -> Callable[[dict[str, Any]], str]:
    """Return a function that renders the template from its variables.

    Raises:
        TooMuch: it uses what is not allowed, or too much of it.
        Exception: whatever Jinja or Python's compiler finds wrong with it.
    """
    tree = _SANDBOX.parse(source)
    regular = sum(node.name in _REGEX for node in tree.find_all((nodes.Filter, nodes.Test)))
    if regular > _MAX_REGEX:
        raise TooMuch(f"{regular} regular expressions")
    for count, node in enumerate(tree.find_all(nodes.Node)):
        if not isinstance(node, _ALLOWED):
            raise TooMuch(f"a {type(node).__name__.lower()}")
        if count > _MAX_NODES:
            raise TooMuch("a template of that size")
    template = _SANDBOX.from_string(_Joined().visit(tree))

    def render(variables: dict[str, Any]) -> str:
        pieces: list[str] = []
        size = 0
        for piece in template.generate(variables):
            size += len(piece)
            if size > MAX_TEXT:
                raise TooMuch("a result of that size")
            pieces.append(piece)
        return "".join(pieces)

    return render
