"""Writes routines as YAML that reads like Home Assistant's; reading it again gives the same routines."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

from daemon.routines import actions
from daemon.routines.actions import Action
from daemon.routines.conditions import AllOf, AnyOf, Condition, NoneOf
from daemon.routines.loading import dumped, json_of
from daemon.routines.model import DEFAULT_MAX, Routine
from daemon.routines.notation import raw_data, raw_number
from daemon.routines.shapes import ACTIONS, CONDITIONS, TRIGGERS, Shape
from daemon.routines.triggers import NotMeant, Trigger
from daemon.routines.values import Raw

_SHAPES: Final[dict[type[Any], Shape]] = {shape.made: shape for shape in (*TRIGGERS, *CONDITIONS, *ACTIONS)}


def write_routines(routines: Iterable[Routine]) -> str:
    """Return routines as a YAML list of automations."""
    return dumped(tuple(raw_routine(routine) for routine in routines))


def stored_routine(routine: Routine) -> str:
    """Return a routine as JSON, for a database: much faster to read again than YAML."""
    return json.dumps(json_of(raw_routine(routine)), ensure_ascii=False)


def raw_routine(routine: Routine) -> Raw:
    """Return a routine as it stands in a file, with only what is not the usual."""
    body = [
        ("triggers", tuple(_trigger(trigger) for trigger in routine.triggers), True),
        ("conditions", tuple(raw_condition(condition) for condition in routine.conditions), bool(routine.conditions)),
        ("actions", _actions(routine.actions), True),
    ]
    blueprint = "use_blueprint" in routine.kept
    return {
        "id": routine.id,
        "alias": routine.alias,
        **({"description": routine.description} if routine.description else {}),
        **routine.kept,
        **({"enabled": False} if not routine.enabled else {}),
        **({"version": routine.version} if routine.version != 1 else {}),
        **({"variables": raw_data(routine.variables)} if routine.variables else {}),
        **{key: parts for key, parts, wanted in body if wanted and (parts or not blueprint)},
        "mode": routine.mode,
        **({"max": routine.max} if routine.max != DEFAULT_MAX else {}),
    }


def _trigger(trigger: Trigger) -> Raw:
    if isinstance(trigger.when, NotMeant):
        return trigger.when.raw
    shape = _SHAPES[type(trigger.when)]
    return {
        **({"alias": trigger.alias} if trigger.alias is not None else {}),
        "trigger": shape.kind,
        **_fields(shape, trigger.when),
        **({"id": trigger.id} if trigger.id is not None else {}),
        **({"variables": raw_data(trigger.variables)} if trigger.variables else {}),
        **_rest(trigger),
    }


def raw_condition(condition: Condition) -> Raw:
    """Return a condition as it stands in a file."""
    test = condition.test
    if isinstance(test, NotMeant):
        return test.raw
    shape = _SHAPES[type(test)]
    inner: Mapping[str, Raw] = {}
    if isinstance(test, AllOf | AnyOf | NoneOf):
        inner = {"conditions": _conditions(test.conditions)}
    return {
        **({"alias": condition.alias} if condition.alias is not None else {}),
        "condition": shape.kind,
        **(inner or _fields(shape, test)),
        **_rest(condition),
    }


def raw_action(action: Action) -> Raw:
    """Return an action as it stands in a file."""
    if isinstance(action.do, NotMeant):
        return action.do.raw
    return {
        **({"alias": action.alias} if action.alias is not None else {}),
        **_done(action.do),
        **({"continue_on_error": True} if action.continue_on_error else {}),
        **_rest(action),
    }


def _done(do: actions.Do) -> Mapping[str, Raw]:
    match do:
        case actions.Check():
            raw = raw_condition(do.condition)
            return raw if isinstance(raw, Mapping) else {"condition": raw}
        case actions.If():
            otherwise = {"else": _actions(do.otherwise)} if do.otherwise else {}
            return {"if": _conditions(do.conditions), "then": _actions(do.then), **otherwise}
        case actions.Choose():
            default = {"default": _actions(do.default)} if do.default else {}
            return {"choose": tuple(_option(option) for option in do.choose), **default}
        case actions.Repeat():
            return {"repeat": {**_loop(do.how), "sequence": _actions(do.sequence)}}
        case actions.Parallel():
            return {"parallel": tuple({"sequence": _actions(branch)} for branch in do.branches)}
        case actions.Group():
            return {"sequence": _actions(do.sequence)}
        case actions.WaitFor():
            waited = tuple(_trigger(trigger) for trigger in do.triggers)
            return {"wait_for_trigger": waited, **_fields(_SHAPES[actions.WaitFor], do, "wait_for_trigger")}
        case _:
            return _fields(_SHAPES[type(do)], do)


def _option(option: actions.Option) -> Raw:
    return {
        **({"alias": option.alias} if option.alias is not None else {}),
        "conditions": _conditions(option.conditions),
        "sequence": _actions(option.sequence),
    }


def _loop(how: actions.Times | actions.ForEach | actions.While | actions.Until) -> Mapping[str, Raw]:
    match how:
        case actions.Times():
            return {"count": raw_number(how.count) if isinstance(how.count, int) else how.count.source}
        case actions.ForEach():
            return {"for_each": raw_data(how.items)}
        case actions.While():
            return {"while": _conditions(how.conditions)}
        case actions.Until():
            return {"until": _conditions(how.conditions)}
        case _:
            assert_never(how)


def _conditions(conditions: Iterable[Condition]) -> Raw:
    return tuple(raw_condition(condition) for condition in conditions)


def _actions(steps: Iterable[Action]) -> Raw:
    return tuple(raw_action(step) for step in steps)


def _fields(shape: Shape, part: object, *written: str) -> Mapping[str, Raw]:
    """Return a part's keys, without those that say what is usual."""
    usual: dict[str, object] = {
        name: field.default_factory() if callable(field.default_factory) else field.default
        for name, field in shape.made.__dataclass_fields__.items()
    }
    values = [(key, getattr(part, key.attribute)) for key in shape.keys if key.name not in written]
    return {key.name: key.codec.write(value) for key, value in values if key.required or value != usual[key.attribute]}


def _rest(part: Trigger | Condition | Action) -> Mapping[str, Raw]:
    return {**part.kept, **({} if part.enabled else {"enabled": False})}
