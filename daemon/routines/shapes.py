"""Which part of a routine stands in a file under which keys: one table for reading and writing alike."""

from dataclasses import dataclass
from typing import Any

from daemon.routines import actions, conditions, triggers
from daemon.routines.codecs import (
    CLOCK,
    CLOCK_OR_ENTITY,
    DATA,
    DAYS,
    ENTITIES,
    ENTITY,
    FLAG,
    LENGTH,
    LEVEL,
    MAPPING,
    MAPPING_OR_TEMPLATE,
    MOMENTS,
    NUMBER,
    SCALARS,
    SPAN,
    STATES,
    TEMPLATE,
    TEXT,
    TEXT_OR_SECRET,
    WORDED,
    WORDED_OR_NOTHING,
    WORDS,
    Codec,
    choice,
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a file, and the field it stands for."""

    name: str
    codec: Codec
    field: str = ""
    """The field's name where it is another."""
    required: bool = False

    @property
    def attribute(self) -> str:
        """The field's name."""
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class Shape:
    """One class of parts, and the keys of it."""

    made: type[Any]
    keys: tuple[Key, ...]
    kind: str = ""
    """The word behind ``trigger:`` or ``condition:``."""


_SUN = choice("sunrise", "sunset")
_RANGE = (
    Key("above", LEVEL),
    Key("below", LEVEL),
    Key("attribute", TEXT),
    Key("value_template", TEMPLATE),
)
_FOR = Key("for", SPAN, "held")
_WHO = Key("entity_id", ENTITIES, required=True)

TRIGGERS = (
    Shape(
        triggers.StateTrigger,
        (
            _WHO,
            Key("attribute", TEXT),
            Key("from", STATES, "from_"),
            Key("to", STATES),
            Key("not_from", STATES),
            Key("not_to", STATES),
            _FOR,
        ),
        "state",
    ),
    Shape(triggers.NumericTrigger, (_WHO, *_RANGE, Key("hysteresis", NUMBER), _FOR), "numeric_state"),
    Shape(triggers.TimeTrigger, (Key("at", MOMENTS, required=True), Key("weekday", DAYS)), "time"),
    Shape(
        triggers.RecurrenceTrigger,
        (Key("rule", TEXT, required=True), Key("at", CLOCK, required=True)),
        "recurrence",
    ),
    Shape(triggers.PatternTrigger, (Key("hours", TEXT), Key("minutes", TEXT), Key("seconds", TEXT)), "time_pattern"),
    Shape(triggers.SunTrigger, (Key("event", _SUN, required=True), Key("offset", LENGTH)), "sun"),
    Shape(
        triggers.ZoneTrigger,
        (_WHO, Key("zone", ENTITY, required=True), Key("event", choice("enter", "leave"))),
        "zone",
    ),
    Shape(
        triggers.MqttTrigger,
        (Key("topic", TEXT, required=True), Key("payload", TEXT), Key("value_template", TEMPLATE)),
        "mqtt",
    ),
    Shape(triggers.EventTrigger, (Key("event_type", WORDS, required=True), Key("event_data", MAPPING)), "event"),
    Shape(
        triggers.CalendarTrigger,
        (_WHO, Key("event", choice("start", "end")), Key("offset", LENGTH)),
        "calendar",
    ),
    Shape(
        triggers.WebhookTrigger,
        (Key("webhook_id", TEXT_OR_SECRET, required=True), Key("allowed_methods", WORDS), Key("local_only", FLAG)),
        "webhook",
    ),
    Shape(triggers.PhraseTrigger, (Key("command", WORDS, required=True),), "conversation"),
    Shape(triggers.HomeTrigger, (Key("event", choice("start", "shutdown"), required=True),), "homeassistant"),
    Shape(triggers.TagTrigger, (Key("tag_id", WORDS, required=True), Key("device_id", WORDS)), "tag"),
    Shape(triggers.TemplateTrigger, (Key("value_template", TEMPLATE, required=True), _FOR), "template"),
    Shape(triggers.RoutineTrigger, (Key("routine", WORDS, required=True), Key("result", WORDS)), "routine"),
)

_NESTED_CONDITIONS = Codec(lambda nested, raw, where: nested.conditions(raw, where), lambda _conditions: None)
_NESTED_ACTIONS = Codec(lambda nested, raw, where: nested.actions(raw, where), lambda _actions: None)
_NESTED_TRIGGERS = Codec(lambda nested, raw, where: nested.triggers(raw, where), lambda _triggers: None)
_INNER = (Key("conditions", _NESTED_CONDITIONS, required=True),)

CONDITIONS = (
    Shape(
        conditions.StateCondition,
        (
            _WHO,
            Key("attribute", TEXT),
            Key("state", SCALARS, required=True),
            _FOR,
            Key("match", choice("all", "any")),
        ),
        "state",
    ),
    Shape(conditions.NumericCondition, (_WHO, *_RANGE), "numeric_state"),
    Shape(
        conditions.TimeCondition,
        (Key("after", CLOCK_OR_ENTITY), Key("before", CLOCK_OR_ENTITY), Key("weekday", DAYS)),
        "time",
    ),
    Shape(
        conditions.SunCondition,
        (Key("after", _SUN), Key("before", _SUN), Key("after_offset", LENGTH), Key("before_offset", LENGTH)),
        "sun",
    ),
    Shape(conditions.ZoneCondition, (_WHO, Key("zone", ENTITIES, required=True)), "zone"),
    Shape(conditions.TriggerCondition, (Key("id", WORDS, required=True),), "trigger"),
    Shape(conditions.TemplateCondition, (Key("value_template", TEMPLATE, required=True),), "template"),
    Shape(conditions.AllOf, _INNER, "and"),
    Shape(conditions.AnyOf, _INNER, "or"),
    Shape(conditions.NoneOf, _INNER, "not"),
)

_WAITING = (Key("timeout", SPAN), Key("continue_on_timeout", FLAG))
ACTIONS = (
    Shape(
        actions.Call,
        (
            Key("action", WORDED, required=True),
            Key("target", MAPPING_OR_TEMPLATE),
            Key("data", MAPPING_OR_TEMPLATE),
            Key("response_variable", TEXT),
        ),
    ),
    Shape(actions.Delay, (Key("delay", SPAN, required=True),)),
    Shape(actions.WaitFor, (Key("wait_for_trigger", _NESTED_TRIGGERS, "triggers", required=True), *_WAITING)),
    Shape(actions.WaitUntil, (Key("wait_template", TEMPLATE, required=True), *_WAITING)),
    Shape(
        actions.If,
        (
            Key("if", _NESTED_CONDITIONS, "conditions", required=True),
            Key("then", _NESTED_ACTIONS, required=True),
            Key("else", _NESTED_ACTIONS, "otherwise"),
        ),
    ),
    Shape(actions.Group, (Key("sequence", _NESTED_ACTIONS, required=True),)),
    Shape(
        actions.Stop,
        (Key("stop", WORDED_OR_NOTHING, "reason", required=True), Key("error", FLAG), Key("response_variable", TEXT)),
    ),
    Shape(actions.Assign, (Key("variables", MAPPING, required=True),)),
    Shape(actions.Fire, (Key("event", WORDED, required=True), Key("event_data", MAPPING_OR_TEMPLATE))),
    Shape(actions.Respond, (Key("set_conversation_response", WORDED_OR_NOTHING, "response", required=True),)),
    Shape(
        actions.Notice,
        (
            Key("notice", WORDED, "message", required=True),
            Key("title", WORDED),
            Key("to", WORDS),
            Key("urgency", choice("low", "normal", "high", "critical")),
        ),
    ),
    Shape(
        actions.Ask,
        (
            Key("ask", WORDED, "question", required=True),
            Key("of", WORDS),
            Key("answers", WORDS),
            Key("response_variable", TEXT),
            *_WAITING,
        ),
    ),
)
"""Found by their first key. `Choose`, `Repeat`, `Parallel` and `Check` are written out where they are read."""
ITEMS = Key("for_each", DATA, "items")
