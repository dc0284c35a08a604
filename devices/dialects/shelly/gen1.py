"""First generation Shellies: they announce themselves on ``shellies/announce`` and speak topic by topic."""

from collections.abc import Sequence
from dataclasses import dataclass

from devices.dialects import color
from devices.dialects.json_payload import as_name, as_number, as_text, encode, parse_object, text
from devices.dialects.learner import Learner, Sighting
from devices.dialects.model import Change, Message
from devices.dialects.roster import Roster, is_topic
from devices.dialects.shelly.gen1_topics import sightings
from devices.model import Call, Capability, Device, DeviceId, PayloadError

MOST_DEVICES = 500

_MODELS = {
    "SHSW-1": "Shelly 1", "SHSW-PM": "Shelly 1PM", "SHSW-L": "Shelly 1L", "SHSW-21": "Shelly 2",
    "SHSW-25": "Shelly 2.5", "SHSW-44": "Shelly 4Pro", "SHPLG-S": "Shelly Plug S", "SHPLG-1": "Shelly Plug",
    "SHDM-1": "Shelly Dimmer", "SHDM-2": "Shelly Dimmer 2", "SHBDUO-1": "Shelly Duo", "SHCB-1": "Shelly Duo RGBW",
    "SHVIN-1": "Shelly Vintage", "SHRGBW2": "Shelly RGBW2", "SHHT-1": "Shelly H&T", "SHDW-2": "Shelly Door/Window 2",
    "SHWT-1": "Shelly Flood", "SHMOS-01": "Shelly Motion", "SHEM": "Shelly EM", "SHEM-3": "Shelly 3EM",
    "SHIX3-1": "Shelly i3", "SHTRV-01": "Shelly TRV", "SHUNI-1": "Shelly UNI", "SHGS-1": "Shelly Gas",
}  # fmt: skip
_SLEEPING = frozenset({"SHHT-1", "SHDW-1", "SHDW-2", "SHWT-1", "SHBTN-1", "SHBTN-2", "SHSM-01"})
_COMMANDS = frozenset({"command", "set", "announce"})
_ROLLER = frozenset({Capability.OPEN_CLOSE, Capability.STOP})


@dataclass(slots=True)
class _Roller:
    """What a roller last told: its state and its place come on two topics."""

    moving: str = ""
    place: int | None = None


class Gen1:
    """The first generation's half of the dialect."""

    def __init__(self, roster: Roster, learner: Learner) -> None:
        self._roster = roster
        self._learner = learner
        self._devices: dict[str, tuple[Device, str]] = {}
        self._rollers: dict[str, _Roller] = {}
        self._pending: dict[str, Message] = {}
        self._filters = frozenset({"shellies/announce", "shellies/+/announce"})

    def filters(self) -> frozenset[str]:
        """Return the announcements, and everything below each device."""
        return self._filters

    def wants(self, topic: str) -> bool:
        """Say whether it is an announcement, or no command to a known device."""
        if not topic.startswith("shellies/"):
            return False
        steps = topic.split("/")
        return steps[-1] == "announce" or (steps[1] in self._devices and steps[-1] not in _COMMANDS)

    def receive(self, topic: str, payload: bytes) -> Sequence[Change]:
        """Translate an announcement, or what a known device tells."""
        steps = topic.split("/")
        if steps[-1] == "announce":
            return self._announced(payload) if payload else ()
        known = self._devices.get(steps[1])
        if known is None or len(steps) < 3 or not payload:
            return ()
        (device, model), owner, rest = known, f"gen1 {steps[1]}", tuple(steps[3:])
        if steps[2] == "online":
            word = text(payload, limit=64)
            # A sensor that sleeps is away on purpose; its last reading is good until the next.
            told = word in ("true", "false") and model not in _SLEEPING
            return self._roster.reach(owner, word == "true") if told else ()
        if steps[2] == "roller" and rest in (("0",), ("0", "pos")):
            return self._learner.see(owner, device, self._roller(steps[1], rest, payload))
        return self._learner.see(owner, device, sightings(steps[2], rest, payload, model))

    def greet(self) -> Sequence[Message]:
        """Return the two calls to all: announce yourselves, tell your states."""
        return [Message("shellies/command", b"announce"), Message("shellies/command", b"update")]

    def pending(self) -> Sequence[Message]:
        """Return the requests to devices that are new."""
        messages = list(self._pending.values())
        self._pending.clear()
        return messages

    def encode(self, call: Call, owner: str, key: str) -> Sequence[Message]:
        """Return the message that carries out a call that was checked."""
        base = f"shellies/{owner.removeprefix('gen1 ')}"
        match key.partition("/")[0]:
            case "relay":
                return [Message(f"{base}/{key}/command", b"on" if call.service == "turn_on" else b"off")]
            case "roller":
                if call.service == "set_cover_position":
                    place = round(as_number(call.data["position"]) or 0)
                    return [Message(f"{base}/{key}/command/pos", str(place).encode())]
                return [Message(f"{base}/{key}/command", call.service.removesuffix("_cover").encode())]
            case "thermostat":
                target = as_number(call.data.get("temperature"))
                return [] if target is None else [Message(f"{base}/{key}/command/target_t", f"{target:g}".encode())]
            case "light" | "color" | "white":
                return [Message(f"{base}/{key}/set", encode(_light(call, key)))]
            case _:
                return []

    def _announced(self, payload: bytes) -> Sequence[Change]:
        said = parse_object(payload)
        name, mac = as_text(said.get("id")) or "", (as_text(said.get("mac")) or "").lower()
        if "gen" in said:
            return ()
        if not is_topic(name) or "/" in name or len(mac) != 12 or not mac.isalnum():
            raise PayloadError(f"a Shelly announces itself as {name[:60]!r} with the address {mac[:60]!r}")
        if name in self._devices or len(self._devices) >= MOST_DEVICES:
            return ()
        model = as_name(said.get("model")) or ""
        device = Device(
            DeviceId(f"shelly_{mac}"),
            f"{_MODELS.get(model, 'Shelly')} {mac[-6:].upper()}",
            manufacturer="Shelly",
            model=_MODELS.get(model, model) or None,
            sw_version=as_name(said.get("fw_ver")),
            identifiers=frozenset({f"mac:{mac}"}),
            via="shelly",
        )
        self._devices[name] = (device, model)
        self._filters |= {f"shellies/{name}/#"}
        self._pending[name] = Message(f"shellies/{name}/command", b"update")
        return ()

    def _roller(self, name: str, rest: tuple[str, ...], payload: bytes) -> list[Sighting]:
        roller = self._rollers.setdefault(name, _Roller())
        word = text(payload, limit=64)
        if len(rest) == 1:
            if word not in ("open", "close", "stop"):
                raise PayloadError(f"a roller neither opens, closes nor stops: {word!r}")
            roller.moving = word
        elif word.isascii() and word.isdigit() and len(word) < 4:
            roller.place = min(100, int(word))
        # A roller that was never calibrated tells -1: it has no place.
        place = roller.place
        standing = None if place is None else "open" if place else "closed"
        value = {"open": "opening", "close": "closing"}.get(roller.moving, standing)
        return [
            Sighting(
                "roller/0",
                "cover",
                value,
                {} if place is None else {"current_position": place},
                capabilities=_ROLLER if place is None else _ROLLER | {Capability.POSITION},
                device_class="shutter",
            )
        ]


def _light(call: Call, key: str) -> dict[str, object]:
    level = as_number(call.data.get("brightness"))
    on = call.service == "turn_on" and level != 0
    wanted: dict[str, object] = {"turn": "on" if on else "off"}
    seconds = as_number(call.data.get("transition"))
    if seconds is not None:
        # Milliseconds, and five seconds are the most that the firmware takes.
        wanted["transition"] = min(5_000, round(seconds * 1_000))
    if not on:
        return wanted
    percent = None if level is None else max(1, round(level * 100 / 255))
    rgb = color.rgb_of(call.data.get("rgb_color"))
    kelvin = as_number(call.data.get("color_temp_kelvin"))
    if rgb is not None:
        wanted |= dict(zip(("red", "green", "blue"), rgb, strict=True))
    if kelvin is not None:
        wanted["temp"] = round(kelvin)
    if key.startswith("light") and (rgb is not None or kelvin is not None):
        wanted["mode"] = "color" if rgb is not None else "white"
    if percent is not None:
        # Which of the two counts depends on the lamp's mode; the other is ignored.
        wanted |= {"gain": percent} if key.startswith("color") else {"brightness": percent, "gain": percent}
    return wanted
