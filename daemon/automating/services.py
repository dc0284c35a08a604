"""Home Assistant's services by their names, as wishes of ours: ``light.turn_on`` with a target and data.

Whatever has no counterpart here is refused with its name, never left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from daemon.automating.conversion import ConversionError, absolute
from daemon.automating.sight import Sight
from daemon.routines.steps import Calling
from daemon.routines.values import Secret, Unknown, Value, spoken, tupled
from devices.model import Capability, EntityId
from skills.actions import device_call, list_add, list_complete, list_remove, notice_send
from skills.model import Action, PersonId
from skills.routines import routine_run, routine_switch


class ServiceError(ValueError):
    """A call that has no counterpart here; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of a routine's, with all that its mapping may need."""

    calling: Calling
    sight: Sight
    routine: str
    """What the routine is called, for people."""
    key: str
    """What names this one step for ever."""
    ours: Callable[[str], str | None]
    """Returns the id of a routine of ours by the object id of its ``automation`` entity; none where it is none."""

    @property
    def domain(self) -> str:
        """The first part of the service's name."""
        return self.calling.action.partition(".")[0]

    @property
    def service(self) -> str:
        """The second part of the service's name."""
        return self.calling.action.partition(".")[2]

    def text(self, key: str) -> str:
        """Return a text of the data; an empty one where there is none."""
        value = self.calling.data.get(key)
        return "" if value is None else spoken(value)


_TURNS: Final = ("turn_on", "turn_off", "toggle")
_OPENS: Final = {
    "cover": ("open_cover", "close_cover"),
    "valve": ("open_valve", "close_valve"),
    "lock": ("unlock", "lock"),
    "vacuum": ("start", "return_to_base"),
}
"""What on and off are for a domain that has neither."""
_QUIET: Final = frozenset(
    {"system_log.write", "logbook.log", "homeassistant.update_entity", "homeassistant.save_persistent_states"}
)
"""What changes nothing in the house: the trace has it."""
_URGENT: Final = {"critical": "critical", "high": "important", "time-sensitive": "important"}


def actions_of(asked: Asked) -> Sequence[Action]:
    """Return the wishes that a call comes to; none where it is about nothing.

    Raises:
        ServiceError: it has no counterpart here.
    """
    calling = asked.calling
    secret = next((key for key, item in calling.data.items() if isinstance(item, Secret | Unknown)), None)
    if secret is not None:
        msg = f"{secret!r} of {calling.action!r} is kept elsewhere, and nobody has it here"
        raise ServiceError(msg)
    if calling.action in _QUIET:
        return ()
    make = _BY_DOMAIN.get(asked.domain)
    try:
        return make(asked) if make is not None else _device(asked)
    except ConversionError as error:
        raise ServiceError(str(error)) from error


def targets_of(calling: Calling, sight: Sight, domain: str) -> tuple[EntityId, ...]:
    """Return the entities that a call is about: those named, and of a place those of the service's domain.

    ``homeassistant`` is every domain that can be switched.
    """
    found: dict[EntityId, None] = {}
    home = sight.house.home
    for name in calling.target.get("entity_id", ()):
        if name == "all":
            found |= {one.id: None for one in home.entities() if one.domain == domain and not one.hidden}
        elif name != "none":
            found[EntityId(name)] = None
    for kind, key in (("area", "area_id"), ("floor", "floor_id"), ("label", "label_id"), ("device", "device_id")):
        for name in calling.target.get(key, ()):
            for member in sight.members(cast("Literal['area', 'floor', 'label', 'device']", kind), name):
                if _is_meant(sight, member, domain):
                    found[EntityId(member)] = None
    return tuple(found)


def _is_meant(sight: Sight, member: str, domain: str) -> bool:
    entity = sight.house.home.entity(member)
    if entity is None or entity.hidden:
        return False
    return entity.domain == domain or (domain == "homeassistant" and Capability.ON_OFF in entity.capabilities)


def _device(asked: Asked) -> Sequence[Action]:
    """Return the calls to devices, as far as possible those to several as one."""
    service = asked.service
    if not service:
        msg = f"{asked.calling.action!r} is no service"
        raise ServiceError(msg)
    if asked.domain == "script" and service not in _TURNS:
        # A script is called by its name, too.
        return [device_call([EntityId(asked.calling.action)], "turn_on")]
    targets = targets_of(asked.calling, asked.sight, asked.domain)
    if not targets:
        if asked.calling.target:
            return ()
        msg = f"{asked.calling.action!r} says not what it is about"
        raise ServiceError(msg)
    groups: dict[str, tuple[str, Mapping[str, object], list[EntityId]]] = {}
    for target in targets:
        domain = target.partition(".")[0]
        if asked.domain not in ("homeassistant", "group", domain) and service not in _TURNS:
            msg = f"{target} is not of {asked.domain!r}, which {service!r} is for"
            raise ServiceError(msg)
        wanted, data = _of_one(target, domain, asked)
        key = f"{wanted}{sorted(data.items())}"
        groups.setdefault(key, (wanted, data, []))[2].append(target)
    return [device_call(ids, wanted, data) for wanted, data, ids in groups.values()]


def _of_one(target: EntityId, domain: str, asked: Asked) -> tuple[str, Mapping[str, object]]:
    service, state = asked.service, asked.sight.state(target)
    value = "" if state is None else state.value
    if service in ("toggle", "media_play_pause", "toggle_tilt"):
        is_on = value not in ("off", "closed", "locked", "idle", "paused", "standby", "docked", "unavailable", "")
        service = "turn_off" if is_on else "turn_on"
        if domain == "media_player" and asked.service == "media_play_pause":
            return ("media_pause" if value == "playing" else "media_play"), {}
    if service in ("turn_on", "turn_off") and domain in _OPENS:
        return _OPENS[domain][service == "turn_off"], {}
    return absolute(service, domain, asked.calling.data, state, asked.sight.house.home.entity(target))


def _automation(asked: Asked) -> Sequence[Action]:
    found: list[Action] = []
    for target in targets_of(asked.calling, asked.sight, "automation"):
        ours = asked.ours(target.partition(".")[2])
        match ours, asked.service:
            case None, "turn_on" | "turn_off":
                found.append(device_call([target], asked.service))
            case str(), "trigger":
                skips = asked.calling.data.get("skip_condition", True) is not False
                found.append(routine_run(ours, unconditional=skips))
            case str(), "turn_on" | "turn_off":
                found.append(routine_switch(ours, on=asked.service == "turn_on"))
            case _:
                msg = f"{asked.calling.action!r} of {target} cannot be done from here"
                raise ServiceError(msg)
    return found


def _notify(asked: Asked) -> Sequence[Action]:
    message = asked.text("message")
    if message in ("", "clear_notification", "request_location_update"):
        return ()
    more = _inside(asked.calling.data.get("data"))
    level = _inside(more.get("push")).get("interruption-level", more.get("priority"))
    urgency = _URGENT.get(spoken(level) if level is not None else "", "normal")
    tag = more.get("tag")
    return [
        notice_send(
            message[:500],
            people=_people(asked),
            urgency=cast("Literal['normal', 'important', 'critical']", urgency),
            key=f"routine/{asked.routine}/{spoken(tag)}"[:200] if tag is not None else asked.key,
            title=asked.text("title")[:120],
            reason=f"the routine {asked.routine}"[:300],
        )
    ]


def _inside(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def _people(asked: Asked) -> Sequence[PersonId]:
    """Return whose phone ``notify.mobile_app_janes_phone`` is, as far as the household says it; else nobody by name."""
    people = asked.sight.house.household.people.values()
    names = {asked.service, *(spoken(item) for item in tupled(asked.calling.data.get("target")))}
    return [
        person.id
        for person in people
        if names & {person.id, *(one.removeprefix("notify.") for ones in person.addresses.values() for one in ones)}
    ]


def _speech(asked: Asked) -> Sequence[Action]:
    message = asked.text("message")
    return [Action("satellite.announce", {"text": message[:500]})] if message else ()


def _listed(asked: Asked) -> Sequence[Action]:
    name, item = "shopping", asked.text("name") or asked.text("item")
    if asked.domain == "todo":
        name = next(iter(asked.calling.target.get("entity_id", ())), "").partition(".")[2].replace("_", " ") or name
    if not item:
        msg = f"{asked.calling.action!r} without an item"
        raise ServiceError(msg)
    match asked.service:
        case "add_item":
            return [list_add(name, [item])]
        case "remove_item":
            return [list_remove(name, [item])]
        case "complete_item":
            return [list_complete(name, [item])]
        case _:
            msg = f"nothing here does {asked.calling.action!r}"
            raise ServiceError(msg)


def _notice(asked: Asked) -> Sequence[Action]:
    """Return the wish of a routine that was written for us: ``notice.send`` with the effect's own fields."""
    if asked.calling.action != "notice.send":
        msg = f"nothing here does {asked.calling.action!r}"
        raise ServiceError(msg)
    return [Action("notice.send", {"key": asked.key, **plain(asked.calling.data)})]


def plain(data: Mapping[str, Value]) -> Mapping[str, object]:
    """Return data as JSON has them."""
    return {key: _plain(item) for key, item in data.items()}


def _plain(value: Value) -> object:
    match value:
        case Mapping():
            return plain(value)
        case tuple():
            return [_plain(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return spoken(value)


_BY_DOMAIN: Final[Mapping[str, Callable[[Asked], Sequence[Action]]]] = {
    "automation": _automation,
    "notify": _notify,
    "persistent_notification": lambda asked: _notify(asked) if asked.service in ("create", "") else (),
    "tts": _speech,
    "assist_satellite": _speech,
    "shopping_list": _listed,
    "todo": _listed,
    "notice": _notice,
}
