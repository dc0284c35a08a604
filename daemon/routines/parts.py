"""Reads the parts of one routine: each gets its meaning, or is named, with its place, and kept word for word."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from daemon.routines.actions import (
    Action,
    Check,
    Choose,
    Do,
    ForEach,
    Option,
    Parallel,
    Repeat,
    Times,
    Until,
    While,
)
from daemon.routines.codecs import STATES, WORDED_OR_NOTHING
from daemon.routines.conditions import Condition
from daemon.routines.forms import action_form, condition_form, trigger_form
from daemon.routines.model import NotUnderstood
from daemon.routines.notation import MisreadError, flag, items_of, mapping_of, number, template, text_of
from daemon.routines.shapes import ACTIONS, CONDITIONS, ITEMS, TRIGGERS, Shape
from daemon.routines.templates import is_template
from daemon.routines.triggers import NotMeant, Trigger
from daemon.routines.values import Raw

_TRIGGERS: Final = {shape.kind: shape for shape in TRIGGERS}
_CONDITIONS: Final = {shape.kind: shape for shape in CONDITIONS}
_ACTIONS: Final = {shape.keys[0].name: shape for shape in ACTIONS}
_MEANINGLESS: Final = ("metadata",)
_NOTHING_MEANS: Final = (STATES, WORDED_OR_NOTHING)
"""Where a key with nothing behind it says something."""
_REGISTRY_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class PartsReader:
    """Reads the parts of one routine, and remembers what it could not."""

    registry: Mapping[str, str]
    """Entities' ids by those of Home Assistant's registry."""
    routine: str
    report: list[NotUnderstood] = field(default_factory=list[NotUnderstood])
    off: int = 0
    """How many switched off parts we stand in."""

    def note(self, where: str, why: str, *, harmless: bool = False) -> None:
        """Remember a place that has no meaning."""
        self.report.append(NotUnderstood(self.routine, where, why, harmless=harmless or self.off > 0))

    @contextmanager
    def switched(self, raw: Raw) -> Generator[None, None, None]:
        """Stand inside a part, which may be switched off."""
        off = not _is_on(raw)
        self.off += off
        try:
            yield
        finally:
            self.off -= off

    def entity(self, name: str) -> str:
        """Return an entity's id.

        Raises:
            MisreadError: it is none, or one of a registry we do not have.
        """
        bare = name.strip().lower()
        if bare in self.registry:
            return self.registry[bare]
        if _REGISTRY_ID.fullmatch(bare):
            msg = f"the entity {bare} is known to Home Assistant's registry alone"
            raise MisreadError(msg)
        if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", bare):
            msg = f"{name[:60]!r} is no entity"
            raise MisreadError(msg)
        return bare

    def triggers(self, raw: Raw, where: str) -> tuple[Trigger, ...]:
        """Read a list of triggers, lists inside it laid flat."""
        found: list[Trigger] = []
        for place, item in enumerate(items_of(raw)):
            if isinstance(item, Mapping) and "triggers" in item and "trigger" not in item:
                found += self.triggers(item["triggers"], f"{where}[{place}].triggers")
            else:
                found.append(self._trigger(item, f"{where}[{place}]"))
        return tuple(found)

    def conditions(self, raw: Raw, where: str) -> tuple[Condition, ...]:
        """Read a list of conditions."""
        return tuple(self._condition(item, f"{where}[{place}]") for place, item in enumerate(items_of(raw)))

    def actions(self, raw: Raw, where: str) -> tuple[Action, ...]:
        """Read a list of actions."""
        return tuple(self._action(item, f"{where}[{place}]") for place, item in enumerate(items_of(raw)))

    def _trigger(self, raw: Raw, where: str) -> Trigger:
        with_id = str(raw["id"]) if isinstance(raw, Mapping) and isinstance(raw.get("id"), str | int) else None
        try:
            return self._known_trigger(_mapping(raw, "trigger"), where)
        except MisreadError as error:
            return Trigger(self._not_meant(raw, where, error), id=with_id, enabled=_is_on(raw))

    def _known_trigger(self, raw: Mapping[str, Raw], where: str) -> Trigger:
        parts = dict(trigger_form(raw))
        kind = parts.pop("trigger", None)
        shape = _TRIGGERS.get(kind) if isinstance(kind, str) else None
        if shape is None:
            msg = f"{kind!r} triggers" if kind is not None else "a trigger without a kind"
            raise MisreadError(msg)
        name = parts.pop("id", None)
        variables = mapping_of(parts.pop("variables", None))
        common = _common(parts)
        when = self._made(shape, parts, where)
        return Trigger(when, id=None if name is None else text_of(name), variables=variables, **common)

    def _condition(self, raw: Raw, where: str) -> Condition:
        try:
            parts = dict(condition_form(raw))
            kind = parts.pop("condition", None)
            shape = _CONDITIONS.get(kind) if isinstance(kind, str) else None
            if shape is None:
                msg = f"{kind!r} conditions" if kind is not None else "a condition without a kind"
                raise MisreadError(msg)
            common = _common(parts)
            with self.switched(raw):
                return Condition(self._made(shape, parts, where), **common)
        except MisreadError as error:
            return Condition(self._not_meant(raw, where, error), enabled=_is_on(raw))

    def _action(self, raw: Raw, where: str) -> Action:
        try:
            if isinstance(raw, str) and is_template(raw):
                return Action(Check(self._condition(raw, where)))
            with self.switched(raw):
                return self._known_action(dict(action_form(_mapping(raw, "action"))), where)
        except MisreadError as error:
            return Action(self._not_meant(raw, where, error), enabled=_is_on(raw))

    def _known_action(self, parts: dict[str, Raw], where: str) -> Action:
        goes_on = flag(parts.pop("continue_on_error", False))
        if "condition" in parts or parts.keys() & {"and", "or", "not"}:
            return Action(Check(self._condition(parts, where)), continue_on_error=goes_on)
        common = _common(parts)
        for key, shape in _ACTIONS.items():
            if key in parts:
                return Action(self._made(shape, parts, where), continue_on_error=goes_on, **common)
        if "choose" in parts:
            done: Do = self._choose(parts, where)
        elif "repeat" in parts:
            done = self._repeat(parts, where)
        elif "parallel" in parts:
            done = self._parallel(parts, where)
        else:
            msg = f"an action of {', '.join(sorted(parts)) or 'nothing'}"
            raise MisreadError(msg)
        return Action(done, continue_on_error=goes_on, **common)

    def _choose(self, parts: dict[str, Raw], where: str) -> Choose:
        _only(parts, "choose", "default")
        options: list[Option] = []
        for place, item in enumerate(items_of(parts["choose"])):
            here = f"{where}.choose[{place}]"
            option = _mapping(item, "branch")
            _only(option, "conditions", "sequence", "alias")
            options.append(
                Option(
                    self.conditions(option.get("conditions"), f"{here}.conditions"),
                    self.actions(option.get("sequence"), f"{here}.sequence"),
                    text_of(option["alias"]) if option.get("alias") is not None else None,
                )
            )
        return Choose(tuple(options), self.actions(parts.get("default"), f"{where}.default"))

    def _repeat(self, parts: dict[str, Raw], where: str) -> Repeat:
        _only(parts, "repeat")
        loop = _mapping(parts["repeat"], "loop")
        _only(loop, "count", "for_each", "while", "until", "sequence")
        here = f"{where}.repeat"
        sequence = self.actions(loop.get("sequence"), f"{here}.sequence")
        match loop:
            case {"count": str(text)} if is_template(text):
                return Repeat(Times(template(text)), sequence)
            case {"count": count}:
                return Repeat(Times(int(number(count))), sequence)
            case {"for_each": items}:
                return Repeat(ForEach(ITEMS.codec.read(self, items, here)), sequence)
            case {"while": raw}:
                return Repeat(While(self.conditions(raw, f"{here}.while")), sequence)
            case {"until": raw}:
                return Repeat(Until(self.conditions(raw, f"{here}.until")), sequence)
            case _:
                msg = "a loop without count, for_each, while or until"
                raise MisreadError(msg)

    def _parallel(self, parts: dict[str, Raw], where: str) -> Parallel:
        _only(parts, "parallel")
        branches: list[tuple[Action, ...]] = []
        for place, item in enumerate(items_of(parts["parallel"])):
            here = f"{where}.parallel[{place}]"
            if isinstance(item, Mapping) and set(item) == {"sequence"}:
                branches.append(self.actions(item["sequence"], f"{here}.sequence"))
            else:
                branches.append((self._action(item, here),))
        return Parallel(tuple(branches))

    def _made(self, shape: Shape, parts: Mapping[str, Raw], where: str) -> Any:
        """Read what the shape's keys hold; any other key has no meaning, so the whole has none."""
        _only(parts, *(key.name for key in shape.keys))
        fields: dict[str, Any] = {}
        for key in shape.keys:
            if key.name not in parts:
                if key.required:
                    msg = f"no {key.name!r}"
                    raise MisreadError(msg)
                continue
            if parts[key.name] is None and not key.required and key.codec not in _NOTHING_MEANS:
                continue
            try:
                fields[key.attribute] = key.codec.read(self, parts[key.name], f"{where}.{key.name}")
            except MisreadError as error:
                msg = f"{key.name}: {error}"
                raise MisreadError(msg) from error
        return shape.made(**fields)

    def _not_meant(self, raw: Raw, where: str, error: MisreadError) -> NotMeant:
        with self.switched(raw):
            self.note(where, str(error))
        return NotMeant(raw, str(error))


def _mapping(raw: Raw, what: str) -> Mapping[str, Raw]:
    if not isinstance(raw, Mapping):
        msg = f"{str(raw)[:60]!r} is no {what}"
        raise MisreadError(msg)
    return raw


def _only(parts: Mapping[str, Raw], *names: str) -> None:
    others = sorted(parts.keys() - set(names))
    if others:
        msg = f"nothing is known of {', '.join(map(repr, others))} here"
        raise MisreadError(msg)


def _common(parts: dict[str, Raw]) -> Any:
    """Take out what every part may have: its alias, its switch, and what means nothing."""
    alias = parts.pop("alias", None)
    return {
        "alias": None if alias is None else text_of(alias),
        "enabled": flag(parts.pop("enabled", True)),
        "kept": {key: parts.pop(key) for key in _MEANINGLESS if key in parts},
    }


def _is_on(raw: Raw) -> bool:
    return not (isinstance(raw, Mapping) and str(raw.get("enabled", True)).lower() in ("false", "off", "no"))
