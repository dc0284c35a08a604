"""Plans that need no model: what belongs to a movie night, and to a house that is safe for the night."""

from collections import Counter
from collections.abc import Iterable, Sequence

from devices.model import AreaId, Capability, Entity, EntityId, HomeView
from skills.actions import device_call, notice_send
from skills.language import say
from skills.model import PersonId
from skills.plans import MOST_STEPS, PlanForm, StepForm, step

DIMMED = 40
"""Of 255: enough to find the popcorn."""
DOORS = frozenset({"garage", "gate", "door"})
"""Device classes of covers that keep people out."""
OPENINGS = frozenset({"window", "door", "garage_door", "opening"})
"""Device classes of sensors that see whether something is open."""


def movie_night(home: HomeView, area: AreaId | None) -> PlanForm | None:
    """Return the plan for watching a film in a room, or in the one that has a screen; ``None``: there is nothing to do.

    Lights that can are dimmed, the others are switched off; blinds are closed, and the screen is switched on.
    """
    screens = [one for one in _of(home, "media_player") if Capability.ON_OFF in one.capabilities]
    room = area or _room(screens) or _room([*_of(home, "light"), *_of(home, "cover")])
    if room is None:
        return None
    here = [one for one in home.entities() if one.area == room and not one.hidden and not one.members]
    blinds = [one for one in here if _is_blind(one)]
    steps = [
        *_steps(home, "blind", blinds, "close_cover", "closed", reason=say("it gets dark in there")),
        *_dimmed(home, here),
        *_steps(home, "screen", (one for one in screens if one.area == room), "turn_on", "on"),
    ]
    return _plan(say("Movie night"), steps, "movie_night")


def safe_night(home: HomeView, person: PersonId | None) -> PlanForm | None:
    """Return the plan that makes the house safe for the night; ``None``: it is, as far as anybody can see.

    Doors are closed before locks are locked, screens and lights go off; what is open and cannot be closed is told of.
    """
    doors = [one for one in _of(home, "cover") if one.device_class in DOORS]
    shut = _steps(home, "shut", doors, "close_cover", "closed", reason=say("it stands open"))
    closed = [one.id for one in shut]
    locks = _steps(home, "lock", _of(home, "lock"), "lock", "locked", reason=say("it is not locked"), needs=closed)
    night = [one for domain in ("media_player", "light") for one in _of(home, domain)]
    off = _steps(home, "off", night, "turn_off", "off", reason=say("nobody needs it at night"))
    steps = [*shut, *locks, *off[: MOST_STEPS - len(shut) - len(locks) - 1]]
    open_ = [one for one in _of(home, "binary_sensor") if one.device_class in OPENINGS and _value(home, one.id) == "on"]
    if open_:
        names = ", ".join(one.name for one in open_)
        wish = notice_send(say("Still open: {names}.", names=names)[:500], people=[person] if person else [])
        seen = " or ".join(f"is_state('{one.id}', 'on')" for one in open_)
        steps.append(
            step("told", wish, needs=closed, condition=f"{{{{ {seen} }}}}"[:1_000], optional=True,
                 reason=say("a window or door is open that I cannot close"))
        )  # fmt: skip
    return _plan(say("The house, safe for the night"), steps, "safe_night")


def _room(things: Iterable[Entity]) -> AreaId | None:
    """Return the room that most of some things stand in."""
    counts = Counter(one.area for one in things if one.area is not None)
    return max(counts, key=lambda room: counts[room], default=None)


def _plan(goal: str, steps: Sequence[StepForm], recipe: str) -> PlanForm | None:
    # One lamp that does not answer is no reason to open the doors again.
    return PlanForm(goal=goal, steps=tuple(steps[:MOST_STEPS]), if_fails="go_on", recipe=recipe) if steps else None


def _of(home: HomeView, domain: str) -> Sequence[Entity]:
    found = home.find(domains=frozenset({domain}))
    return [one for one in found if not one.members]


def _steps(
    home: HomeView,
    name: str,
    things: Iterable[Entity],
    service: str,
    wanted: str,
    *,
    reason: str = "",
    needs: Sequence[str] = (),
) -> list[StepForm]:
    """Return a step for each thing that is not so yet; it is looked at again when its turn comes."""
    return [
        step(
            f"{name}_{number}",
            device_call([one.id], service),
            needs=needs,
            condition=f"{{{{ not is_state('{one.id}', '{wanted}') }}}}",
            optional=service != "lock",
            reason=reason,
        )
        for number, one in enumerate(things, 1)
        if _value(home, one.id) not in (wanted, "unknown")
    ]


def _dimmed(home: HomeView, here: Iterable[Entity]) -> list[StepForm]:
    lights = [one for one in here if one.domain == "light"]
    steps: list[StepForm] = []
    for number, one in enumerate(lights, 1):
        dims = Capability.BRIGHTNESS in one.capabilities
        wish = device_call([one.id], "turn_on", {"brightness": DIMMED}) if dims else device_call([one.id], "turn_off")
        if dims or _value(home, one.id) == "on":
            steps.append(step(f"light_{number}", wish, optional=True, reason=say("a screen wants little light")))
    return steps


def _is_blind(one: Entity) -> bool:
    return one.domain == "cover" and one.device_class not in DOORS and Capability.OPEN_CLOSE in one.capabilities


def _value(home: HomeView, id: EntityId) -> str:
    state = home.state(id)
    return state.value if state is not None and state.available else "unknown"
