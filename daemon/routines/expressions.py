"""The small language of routines: expressions as a tree that can be looked at, evaluated, and never do anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from daemon.routines.values import Secret, Value

Arithmetic: TypeAlias = Literal["+", "-", "*", "/", "//", "%", "**", "~"]
Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as it is."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A variable: the routine's, a step's, ``trigger``, ``repeat``, ``wait``."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a thing by its name or place: ``trigger.to_state``, ``parts[0]``."""

    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a text or list, from and up to a place."""

    of: "Expression"
    start: "Expression | None"
    stop: "Expression | None"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping."""

    pairs: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Calculation:
    """Two things put together; ``~`` joins their texts."""

    sign: Arithmetic
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign turned."""

    of: "Expression"


@dataclass(frozen=True, slots=True)
class Compared:
    """A chain of comparisons: ``0 < x <= 5``."""

    first: "Expression"
    rest: tuple[tuple[Comparison, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Every:
    """The first that is not so, else the last: ``and``."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The first that is so, else the last: ``or``."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    of: "Expression"


@dataclass(frozen=True, slots=True)
class Pick:
    """One of two, by a test."""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Use:
    """A function of the closed table in `functions`, with what it is given; a filter's first argument is its input."""

    name: str
    given: tuple["Expression", ...] = ()
    named: tuple[tuple[str, "Expression"], ...] = ()


@dataclass(frozen=True, slots=True)
class Let:
    """A name given to a value inside a text; ``field`` where it is a part of a ``namespace``."""

    name: str
    value: "Expression"
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts of a text that stand there only if."""

    test: "Expression"
    then: tuple["Part", ...]
    otherwise: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """Parts of a text once for each item of a list."""

    names: tuple[str, ...]
    over: "Expression"
    only: "Expression | None"
    parts: tuple["Part", ...]
    otherwise: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text put together of parts; one expression alone keeps its value, as Home Assistant does."""

    parts: tuple["Part", ...]


Expression: TypeAlias = (
    Constant
    | Name
    | Field
    | Cut
    | Items
    | Table
    | Calculation
    | Negative
    | Compared
    | Every
    | Either
    | Not
    | Pick
    | Use
    | Text
)
Part: TypeAlias = Expression | Let | Branch | Each


@dataclass(frozen=True, slots=True)
class Template:
    """An expression with the words a person wrote for it; the words are what is stored and exported."""

    source: str
    body: Text


Data: TypeAlias = "bool | int | float | str | Secret | Template | tuple[Data, ...] | Mapping[str, Data] | None"
"""What an effect or a variable is given: plain data with templates in it."""
