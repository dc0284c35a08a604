"""Whether a device did what it was told, from its own report: done, unconfirmed or failed, never a guess."""

from collections.abc import Iterator

from devices.expected import moving, reached, wanted
from devices.home import Home
from devices.model import Call, Entity, State
from skills.language import say, term
from skills.model import TargetOutcome, Verdict

CONTRADICTION_S = 0.3
"""How long a device that is already as wanted may contradict: it has nothing to do, and often nothing to report."""
_DEADLINE_S = {
    "light": 2.5,
    "switch": 2.5,
    "siren": 2.0,
    "fan": 2.0,
    "number": 2.0,
    "select": 2.0,
    "cover": 3.0,
    "valve": 3.0,
    "climate": 3.0,
    "water_heater": 3.0,
    "humidifier": 3.0,
    "media_player": 3.0,
    "alarm_control_panel": 5.0,
    "vacuum": 5.0,
    "lawn_mower": 5.0,
    "lock": 8.0,
}
"""How long a device of each domain may take to report: a Zigbee switch answers in 0.1 s, one at the edge of its mesh
in 2, and a lock's bolt turns for 5."""
_OTHER_DEADLINE_S = 2.0
LONGEST_S = max(_DEADLINE_S.values())
_BROKEN = {"lock": ("jammed",), "vacuum": ("error",), "lawn_mower": ("error",)}
"""The values with which a device says that it cannot."""


def deadline_s(entity: Entity) -> float:
    """Return how long to wait for a report of ``entity``, in seconds."""
    return _DEADLINE_S.get(entity.domain, _OTHER_DEADLINE_S)


def offline(entity: Entity) -> TargetOutcome:
    """Return the outcome of a call that was not sent because the entity cannot be reached."""
    return TargetOutcome(entity.id, Verdict.FAILED, say("it is offline"))


async def confirmed(home: Home, entity: Entity, call: Call, before: State, *, timeout_s: float) -> TargetOutcome:
    """Return what the entity itself reports about a call that was just handed over.

    Args:
        home: where reports arrive.
        entity: a single thing, not a group.
        call: what it was told, with its own id.
        before: its state before the call was handed over.
        timeout_s: how long it may take.
    """
    if entity.assumed_state:
        return TargetOutcome(entity.id, Verdict.UNCONFIRMED, say("it does not report back"))
    if wanted(entity, call) is None:
        return await _any_report(home, entity, before, timeout_s)
    if reached(entity, call, before, before):
        now = await home.wait_until(entity.id, lambda state: _news(state, before), timeout_s=CONTRADICTION_S)
        if now is None or reached(entity, call, before, now):
            return TargetOutcome(entity.id, Verdict.DONE)

    def settled(now: State) -> bool:
        return _news(now, before) and _verdict(entity, call, before, now) is not None

    now = await home.wait_until(entity.id, settled, timeout_s=timeout_s) or home.state(entity.id)
    if now is None:
        return TargetOutcome(entity.id, Verdict.UNCONFIRMED, say("it was removed meanwhile"))
    if not _news(now, before):
        return TargetOutcome(entity.id, Verdict.UNCONFIRMED, say("it did not report back"))
    return _verdict(entity, call, before, now) or TargetOutcome(
        entity.id, Verdict.UNCONFIRMED, say("it reports {state}", state=_told(entity, call, now))
    )


async def _any_report(home: Home, entity: Entity, before: State, timeout_s: float) -> TargetOutcome:
    """Confirm what leads to no state, such as a pressed button: by any report, from what has reported before."""
    if before.seen_at is not None:
        now = await home.wait_until(entity.id, lambda state: _news(state, before), timeout_s=timeout_s)
        if now is not None and now.available:
            return TargetOutcome(entity.id, Verdict.DONE)
    return TargetOutcome(entity.id, Verdict.UNCONFIRMED, say("it does not report back"))


def _news(now: State, before: State) -> bool:
    return now.reports > before.reports or now.available != before.available


def _verdict(entity: Entity, call: Call, before: State, now: State) -> TargetOutcome | None:
    """Return what a state says for good; ``None`` while it may still come."""
    if not now.available:
        return TargetOutcome(entity.id, Verdict.UNCONFIRMED, say("it went offline"))
    if reached(entity, call, before, now):
        return TargetOutcome(entity.id, Verdict.DONE)
    if now.value in _BROKEN.get(entity.domain, ()):
        return TargetOutcome(entity.id, Verdict.FAILED, say("it reports {state}", state=term("state", now.value)))
    # A bolt on its way may still jam; whatever else has begun to move takes its time.
    if entity.domain != "lock" and moving(entity, call, now) and _towards(call, before, now):
        doing = term("state", "installing" if call.service == "install" else now.value)
        return TargetOutcome(entity.id, Verdict.DONE, say("it is {state}", state=doing))
    return None


def _towards(call: Call, before: State, now: State) -> bool:
    """Say whether a cover that is told a position moves towards it."""
    position, start = call.data.get("position"), before.attributes.get("current_position")
    if not isinstance(position, int | float) or not isinstance(start, int | float):
        return True
    return now.value == ("opening" if position > start else "closing")


def _told(entity: Entity, call: Call, now: State) -> str:
    """Return what a report says instead of what was wanted."""
    return next(_differences(entity, call, now), term("state", now.value))


def _differences(entity: Entity, call: Call, now: State) -> Iterator[str]:
    goal = wanted(entity, call)
    if goal is None or now.value in goal.never or (goal.values and now.value not in goal.values):
        return
    for key, item in goal.attributes.items():
        if now.attributes.get(key) != item:
            setting = term("setting", key.removeprefix("current_").replace("_", " "))
            yield f"{setting} {now.attributes.get(key, term('state', 'unknown'))}"
