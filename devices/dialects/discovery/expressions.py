"""The usual templates, ``{{ value_json.a['b'] | round(1) }}``, compiled to closures without Jinja.

A subset of Jinja's expressions with Jinja's results (a test compares both): it takes a microsecond where Jinja takes
ten, and a house whose publishers are plain never loads Jinja. What is beyond the subset yields ``None`` and goes to
the sandbox.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from devices.dialects import json_payload
from devices.dialects.discovery.functions import FILTERS, UNSET, Unset, binary

Scope = Mapping[str, Any]
Expression = Callable[[Scope], Any]

_MAX_TOKENS: Final = 200
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|'(?P<single>[^'\\]*)'|\"(?P<double>[^\"\\]*)\""
    r"|(?P<symbol>//|==|!=|<=|>=|[-+*/%<>|.,()\[\]]))",
    re.ASCII,
)
_LITERALS: Final = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
_WORDS: Final = frozenset({"if", "else", "and", "or", "not", "in", "is"})
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TESTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "defined": lambda value: not isinstance(value, Unset),
    "undefined": lambda value: isinstance(value, Unset),
    "none": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float),
    "string": lambda value: isinstance(value, str),
}


class _BeyondError(Exception):
    """This expression is for Jinja."""


def compile_expression(source: str) -> Expression | None:
    """Return a function for a template that is one plain expression, ``None`` for any other."""
    inner = source.strip()
    if not (inner.startswith("{{") and inner.endswith("}}")) or any(mark in inner[2:-2] for mark in ("{", "}")):
        return None
    inner = inner[2:-2].removeprefix("-").removesuffix("-")
    try:
        parser = _Parser(_tokens(inner))
        expression = parser.expression()
        return expression if parser.done else None
    except (_BeyondError, RecursionError):
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    text = text.rstrip()
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(tokens) >= _MAX_TOKENS:
            raise _BeyondError
        kind = match.lastgroup or ""
        tokens.append(("text" if kind in ("single", "double") else kind, match[kind]))
        at = match.end()
    return tokens


def _attribute(value: Any, key: Any) -> Any:
    if json_payload.is_object(value):
        return value.get(key, UNSET)
    if isinstance(value, Unset):
        raise TypeError(f"{key!r} of something missing")
    if isinstance(key, int) and (json_payload.is_array(value) or isinstance(value, str)):
        return value[key] if key < len(value) else UNSET
    return UNSET


class _Parser:
    """Recursive descent in Jinja's order of precedence; a filter binds tighter than any operator."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._tokens)

    def _take(self, kind: str, *words: str) -> str | None:
        if self._at < len(self._tokens):
            found, word = self._tokens[self._at]
            if found == kind and (not words or word in words):
                self._at += 1
                return word
        return None

    def _need(self, kind: str, *words: str) -> str:
        word = self._take(kind, *words)
        if word is None:
            raise _BeyondError
        return word

    def expression(self) -> Expression:
        first = self._either()
        if not self._take("name", "if"):
            return first
        condition = self._either()
        other = self.expression() if self._take("name", "else") else _constant(UNSET)
        return lambda scope: first(scope) if condition(scope) else other(scope)

    def _either(self) -> Expression:
        left = self._both()
        while self._take("name", "or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._negated()
        while self._take("name", "and"):
            left = _and(left, self._negated())
        return left

    def _negated(self) -> Expression:
        if self._take("name", "not"):
            inner = self._negated()
            return lambda scope: not inner(scope)
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._sum()
        if symbol := self._take("symbol", *_COMPARISONS):
            compare, right = _COMPARISONS[symbol], self._sum()
            return lambda scope: compare(left(scope), right(scope))
        if self._take("name", "in"):
            right = self._sum()
            return lambda scope: left(scope) in right(scope)
        if self._take("name", "is"):
            wanted = not self._take("name", "not")
            test = _TESTS.get(self._need("name"))
            if test is None:
                raise _BeyondError
            return lambda scope: test(left(scope)) is wanted
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while symbol := self._take("symbol", "+", "-"):
            left = _binary(symbol, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._filtered()
        while symbol := self._take("symbol", "*", "/", "//", "%"):
            left = _binary(symbol, left, self._filtered())
        return left

    def _filtered(self) -> Expression:
        value = self._path()
        while self._take("symbol", "|"):
            name = self._need("name")
            function = FILTERS.get(name)
            # How many regular expressions there are is for the sandbox to judge.
            if function is None or name.startswith("regex_"):
                raise _BeyondError
            value = _call(function, value, self._arguments() if self._take("symbol", "(") else ())
        return value

    def _arguments(self) -> tuple[Expression, ...]:
        arguments: list[Expression] = []
        while not self._take("symbol", ")"):
            if arguments:
                self._need("symbol", ",")
            arguments.append(self.expression())
        return tuple(arguments)

    def _path(self) -> Expression:
        value = self._primary()
        while symbol := self._take("symbol", ".", "["):
            if symbol == ".":
                key: str | int = self._need("name")
            else:
                text = self._take("text")
                key = int(self._need("number")) if text is None and "." not in self._peek() else text or ""
                self._need("symbol", "]")
            value = _getter(value, key)
        return value

    def _peek(self) -> str:
        return self._tokens[self._at][1] if not self.done else ""

    def _primary(self) -> Expression:
        if self._take("symbol", "("):
            inner = self.expression()
            self._need("symbol", ")")
            return inner
        if (text := self._take("text")) is not None:
            return _constant(text)
        if number := self._take("number"):
            return _constant(float(number) if "." in number else int(number))
        name = self._need("name")
        if name in _LITERALS:
            return _constant(_LITERALS[name])
        # A name that is called is one of Home Assistant's functions, or a method.
        if name in _WORDS or self._peek() == "(":
            raise _BeyondError
        return lambda scope: scope.get(name, UNSET)


def _constant(value: Any) -> Expression:
    return lambda _scope: value


def _getter(value: Expression, key: str | int) -> Expression:
    return lambda scope: _attribute(value(scope), key)


def _or(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) or right(scope)


def _and(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) and right(scope)


def _binary(symbol: str, left: Expression, right: Expression) -> Expression:
    return lambda scope: binary(symbol, left(scope), right(scope))


def _call(function: Callable[..., Any], value: Expression, arguments: tuple[Expression, ...]) -> Expression:
    if not arguments:
        return lambda scope: function(value(scope))
    return lambda scope: function(value(scope), *(argument(scope) for argument in arguments))
