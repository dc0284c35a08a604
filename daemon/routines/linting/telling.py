"""Says in a few words what a trigger or a condition is, for the explanation of a finding."""

from daemon.routines.conditions import (
    AllOf,
    AnyOf,
    Condition,
    NoneOf,
    NumericCondition,
    StateCondition,
    SunCondition,
    TemplateCondition,
    TimeCondition,
    TriggerCondition,
    ZoneCondition,
)
from daemon.routines.linting.findings import listed
from daemon.routines.triggers import (
    Level,
    NumericTrigger,
    PatternTrigger,
    StateTrigger,
    SunTrigger,
    TemplateTrigger,
    TimeTrigger,
    When,
    ZoneTrigger,
)


def told_trigger(when: When) -> str:
    """Return a trigger as half a sentence: ``light.hall becomes on``."""
    match when:
        case StateTrigger():
            to = "changes" if not when.to else f"becomes {listed(str(word) for word in when.to)}"
            from_ = "" if not when.from_ else f" from {listed(str(word) for word in when.from_)}"
            return f"{listed(when.entity_id)} {to}{from_}"
        case NumericTrigger():
            return f"{listed(when.entity_id)} comes {_between(when.above, when.below)}"
        case TimeTrigger():
            return f"it is {listed(str(at) for at in when.at)}"
        case PatternTrigger():
            return "a time pattern fits"
        case SunTrigger():
            return f"it is {when.event}{f' {when.offset}' if when.offset else ''}"
        case ZoneTrigger():
            return f"{listed(when.entity_id)} {when.event}s {when.zone}"
        case TemplateTrigger():
            return f"{when.value_template.source} comes true"
        case _:
            return f"a {type(when).__name__.removesuffix('Trigger').lower()} trigger fires"


def told_condition(condition: Condition) -> str:  # a table of conditions
    """Return a condition as half a sentence: ``light.hall is on``."""
    match condition.test:
        case StateCondition() as test:
            name = "" if test.attribute is None else f"'s {test.attribute}"
            held = "" if test.held is None else f" since {test.held}"
            return f"{listed(test.entity_id)}{name} is {' or '.join(map(str, test.state))}{held}"
        case NumericCondition() as test:
            return f"{listed(test.entity_id)} is {_between(test.above, test.below)}"
        case TimeCondition() as test:
            after = "" if test.after is None else f" after {test.after}"
            before = "" if test.before is None else f" before {test.before}"
            days = f" on {listed(test.weekday)}" if test.weekday else ""
            return f"it is{after}{before}{days}"
        case SunCondition() as test:
            after = "" if test.after is None else f" after {test.after}"
            before = "" if test.before is None else f" before {test.before}"
            return f"it is{after}{before}"
        case ZoneCondition() as test:
            return f"{listed(test.entity_id)} is in {listed(test.zone)}"
        case TriggerCondition() as test:
            return f"the trigger was {listed(test.id)}"
        case TemplateCondition() as test:
            return test.value_template.source
        case AllOf(conditions):
            return " and ".join(told_condition(each) for each in conditions)
        case AnyOf(conditions):
            return " or ".join(told_condition(each) for each in conditions)
        case NoneOf(conditions):
            return "not " + " nor ".join(told_condition(each) for each in conditions)
        case _:
            return "what is not understood"


def _between(above: Level | None, below: Level | None) -> str:
    words = [f"above {above}" if above is not None else "", f"below {below}" if below is not None else ""]
    return " and ".join(word for word in words if word)
