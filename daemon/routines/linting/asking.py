"""Reads templates as conditions, as far as they ask what conditions can ask; the rest stays a riddle of its own."""

import operator
from collections.abc import Callable, Mapping
from datetime import time
from typing import Final

from daemon.routines.conditions import (
    AllOf,
    AnyOf,
    Condition,
    NoneOf,
    NumericCondition,
    StateCondition,
    TemplateCondition,
    Test,
    TimeCondition,
    TriggerCondition,
)
from daemon.routines.expressions import (
    Compared,
    Comparison,
    Constant,
    Either,
    Every,
    Expression,
    Field,
    Items,
    Name,
    Not,
    Template,
    Text,
    Use,
)
from daemon.routines.triggers import Weekday
from daemon.routines.values import UNKNOWN, Value, number_of, spoken

WAIT: Final = "~wait"
"""Stands for whether the last wait came to its end in time: ``on`` or ``off``."""
WAITED_FOR: Final = "~waited_for"
"""Stands for the id of the trigger that ended the last wait."""
TO: Final = "~to"
"""Stands for what the entity that set the run off became, `FROM` for what it was."""
FROM: Final = "~from"
CALENDAR: Final = "~calendar"
"""Stands for today's date, with ``month`` as its attribute."""
_SAME_NUMBER: Final = frozenset({"float", "int", "round"})
_SAME_TEXT: Final = frozenset({"lower", "string", "trim"})
_TURNED: Final[Mapping[Comparison, Comparison]] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def asked(template: Template) -> Test:
    """Return the condition that a template comes to; a `TemplateCondition` for what conditions cannot ask."""
    parts = [part for part in template.body.parts if not _is_blank(part)]
    if len(parts) != 1 or isinstance(parts[0], Text):
        return TemplateCondition(template)
    match parts[0]:
        case Compared() | Every() | Either() | Not() | Use() | Field() | Constant() | Name() as part:
            return _test(part)
        case _:
            return TemplateCondition(template)


def _is_blank(part: object) -> bool:
    return isinstance(part, Constant) and isinstance(part.value, str) and not part.value.strip()


def _test(part: Expression) -> Test:  # a table of forms
    match part:
        case Text(parts=(inner,)) if isinstance(inner, Compared | Every | Either | Not | Use | Field | Constant | Name):
            return _test(inner)
        case Constant(value=bool() as value):
            return AllOf(()) if value else AnyOf(())
        case Every(parts):
            return AllOf(tuple(Condition(_test(each)) for each in parts))
        case Either(parts):
            return AnyOf(tuple(Condition(_test(each)) for each in parts))
        case Not(of):
            return NoneOf((Condition(_test(of)),))
        case Compared(first, ((sign, other),)):
            return _compared(first, sign, other) or _riddle(part)
        case Compared(first, ((sign, middle), (second, last))):
            one, two = _compared(first, sign, middle), _compared(middle, second, last)
            return _riddle(part) if one is None or two is None else AllOf((Condition(one), Condition(two)))
        case Use("is_state", (Constant(value=str() as entity), Constant(value=wanted))):
            return StateCondition((entity,), _words(wanted))
        case Use("is_state_attr", (Constant(value=str() as entity), Constant(value=str() as name), Constant(value=it))):
            return StateCondition((entity,), _words(it), attribute=name)
        case Use("is none", (Field(of=Name("wait"), key=Constant(value="trigger")),)):
            return StateCondition((WAIT,), ("off",))
        case Use("is not none", (Field(of=Name("wait"), key=Constant(value="trigger")),)):
            return StateCondition((WAIT,), ("on",))
        case Field(of=Name("wait"), key=Constant(value="completed" | "trigger")):
            return StateCondition((WAIT,), ("on",))
        case Use("states" | "states.of", _) if _state_of(part) is not None:
            return _riddle(part)
        case _:
            return _riddle(part)


def _words(value: Value) -> tuple[str, ...]:
    return tuple(spoken(each) for each in value) if isinstance(value, tuple) else (spoken(value),)


def _riddle(part: Expression) -> Test:
    return TemplateCondition(Template(repr(part), Text((part,))))


def _compared(left: Expression, sign: Comparison, right: Expression) -> Test | None:
    if isinstance(left, Constant) and not isinstance(right, Constant) and sign in _TURNED:
        left, sign, right = right, _TURNED[sign], left
    wanted = _constant(right)
    if wanted is UNKNOWN:
        return None
    match left, sign:
        case Field(of=Name("trigger"), key=Constant(value="id")), "==" | "in":
            return TriggerCondition(_words(wanted))
        case Field(of=Name("trigger"), key=Constant(value="id")), "!=" | "not in":
            return NoneOf((Condition(TriggerCondition(_words(wanted))),))
        case Field(of=Field(of=Name("wait"), key=Constant(value="trigger")), key=Constant(value="id")), "==" | "in":
            return StateCondition((WAITED_FOR,), _words(wanted))
        case Field(of=Name("wait"), key=Constant(value="trigger")), "==" | "!=" if wanted is None:
            return StateCondition((WAIT,), ("off" if sign == "==" else "on",))
        case Field(of=Name("wait"), key=Constant(value="completed")), "==" | "!=" if isinstance(wanted, bool):
            return StateCondition((WAIT,), ("on" if wanted == (sign == "==") else "off",))
        case Field(of=Name("wait"), key=Constant(value="remaining")), _ if number_of(wanted) == 0:
            return StateCondition((WAIT,), ("off" if sign in ("==", "<=") else "on",))
        case Field(of=Use("now", ()), key=Constant(value="hour")), _ if isinstance(wanted, int):
            return _hour(sign, wanted)
        case Use(".weekday" | ".isoweekday" as name, (Use("now", ()),)), _:
            return _weekday(sign, wanted, first=int(name == ".isoweekday"))
        case Field(of=Use("now", ()), key=Constant(value="month")), _:
            return _number_test(CALENDAR, "month", sign, wanted)
        case _:
            return _state(left, sign, wanted)


def _constant(part: Expression) -> Value:
    """Return what a part always is, `UNKNOWN` where it is not always the same."""
    match part:
        case Constant(value=value):
            return value
        case Items(items):
            found = tuple(each.value for each in items if isinstance(each, Constant))
            return found if len(found) == len(items) else UNKNOWN
        case _:
            return UNKNOWN


_DAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COMPARING: Final[Mapping[Comparison, Callable[[float, float], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip


def _weekday(sign: Comparison, wanted: Value, *, first: int) -> Test | None:
    """Return the days of the week that fit; `first` is the number of Monday."""
    if sign in ("in", "not in") and isinstance(wanted, tuple):
        days: list[Weekday] = [day for place, day in enumerate(_DAYS, first) if (place in wanted) == (sign == "in")]
    elif sign in _COMPARING and isinstance(wanted, int):
        days = [day for place, day in enumerate(_DAYS, first) if _COMPARING[sign](place, wanted)]
    else:
        return None
    return TimeCondition(weekday=tuple(days)) if days else AnyOf(())


def _hour(sign: Comparison, hour: int) -> Test | None:
    def clock(at: int) -> time | None:
        return time(at) if 0 < at < 24 else None

    if not 0 <= hour < 24:
        return None
    match sign:
        case "==":
            return TimeCondition(clock(hour), clock(hour + 1))
        case ">=":
            return TimeCondition(after=clock(hour))
        case ">":
            return TimeCondition(after=clock(hour + 1)) if hour < 23 else AnyOf(())
        case "<":
            return TimeCondition(before=clock(hour)) if hour else AnyOf(())
        case "<=":
            return TimeCondition(before=clock(hour + 1))
        case _:
            return None


def _state(left: Expression, sign: Comparison, wanted: Value) -> Test | None:
    found = _state_of(left)
    if found is None:
        return None
    entity, attribute, is_number = found
    if sign in ("==", "!=", "in", "not in"):
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        words = tuple(str(each) for each in values)
        test = StateCondition((entity,), words, attribute=attribute)
        return test if sign in ("==", "in") else NoneOf((Condition(test),))
    return _number_test(entity, attribute, sign, wanted) if is_number else None


def _number_test(entity: str, attribute: str | None, sign: Comparison, wanted: Value) -> Test | None:
    if isinstance(wanted, tuple) and sign in ("in", "not in"):
        among = StateCondition((entity,), tuple(spoken(each) for each in wanted), attribute=attribute)
        return among if sign == "in" else NoneOf((Condition(among),))
    number = number_of(wanted) if isinstance(wanted, int | float) else None
    if number is None:
        return None
    match sign:
        case "==":
            return StateCondition((entity,), (f"{number:g}",), attribute=attribute)
        case ">":
            return NumericCondition((entity,), above=number, attribute=attribute)
        case "<":
            return NumericCondition((entity,), below=number, attribute=attribute)
        case ">=":
            return NoneOf((Condition(NumericCondition((entity,), below=number, attribute=attribute)),))
        case "<=":
            return NoneOf((Condition(NumericCondition((entity,), above=number, attribute=attribute)),))
        case _:
            return None


def _state_of(part: Expression) -> tuple[str, str | None, bool] | None:
    """Return the entity, attribute, and whether it is taken for a number, of an expression that is a state."""
    match part:
        case Use("states" | "states.of", (Constant(value=str() as entity),)) if "." in entity:
            return entity, None, False
        case Field(of=Use("states.of", (Constant(value=str() as entity),)), key=Constant(value="state")):
            return entity, None, False
        case Field(of=Field(of=Name("trigger"), key=Constant(value=("to_state" | "from_state") as side)), key=name) if (
            name == Constant("state")
        ):
            return TO if side == "to_state" else FROM, None, False
        case Use("state_attr", (Constant(value=str() as entity), Constant(value=str() as name))):
            return entity, name, True
        case Use(name, (inner, *_)) if name in _SAME_NUMBER:
            found = _state_of(inner)
            return None if found is None else (found[0], found[1], True)
        case Use(name, (inner,)) if name in _SAME_TEXT:
            return _state_of(inner)
        case _:
            return None
