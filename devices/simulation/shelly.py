"""Shelly devices of both generations (shelly-api-docs.shelly.cloud: gen1 "MQTT support", gen2 "MQTT" and the
components' pages).

Gen 1 speaks plain topics under ``shellies/<id>/``, announces itself on ``shellies/announce`` and when it is asked to
by ``shellies/command``. Gen 2+ speaks JSON-RPC on ``<prefix>/rpc``, answers on ``<src>/rpc``, tells changes on
``<prefix>/events/rpc`` and, with ``status_ntf`` as here, on ``<prefix>/status/<component>``.
"""

from collections.abc import Mapping, Sequence

from devices.simulation.fitting import Fitting
from devices.simulation.line import Voice, Will
from devices.simulation.part import Pace, Part
from devices.simulation.wire import as_object, read_object

_FIRST: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "relay": ("SHSW-1", {"on": False}),
    "metered relay": ("SHSW-PM", {"on": False}),
    "dimmer": ("SHDM-2", {"on": False, "brightness": 60}),
    "roller": ("SHSW-25", {"position": 100, "moving": 0}),
}
_SECOND: Mapping[str, tuple[str, str, str, Mapping[str, object]]] = {
    "switch": ("shellyplus1pm", "SNSW-001P16EU", "switch:0", {"on": False}),
    "cover": ("shellyplus2pm", "SNSW-102P16EU", "cover:0", {"position": 100, "moving": 0}),
    "light": ("shellyplus010v", "SNDM-0013US", "light:0", {"on": False, "brightness": 50}),
}


class FirstGeneration:
    """A Shelly that speaks plain topics. It has no name on the wire but its id."""

    def __init__(self, fitting: Fitting, pace: Pace) -> None:
        self._product, state = _FIRST[fitting.kind]
        self._kind = fitting.kind
        self._id = fitting.name
        self._mac = f"98CDAC{fitting.name[-6:]}"
        self.client_id = self._id
        self._base = f"shellies/{self._id}"
        self.will = Will(f"{self._base}/online", "false")
        self.filters: Sequence[str] = ("shellies/command", f"{self._base}/command", f"{self._base}/+/+/#")
        self._part = Part(pace, state, fitting.temper)
        self._part.report = self._report
        self.parts: Mapping[str, Part] = {fitting.spoken: self._part}
        self._voice: Voice | None = None

    def wake(self, voice: Voice) -> None:
        """Say: online, who, how."""
        self._voice = voice
        self._say("online", "true", retain=True)
        self._announce()
        self._report()

    def hear(self, topic: str, payload: str) -> None:
        """Carry out a command of all Shellies, of this one, or of its channel."""
        if topic in ("shellies/command", f"{self._base}/command"):
            if payload in ("announce", "update"):
                self._announce()
                self._report()
            return
        match topic.removeprefix(f"{self._base}/").split("/"):
            case [("relay" | "light"), "0", "command"]:
                on = not self._part["on"] if payload == "toggle" else payload == "on"
                self._part.order(on=on)
            case ["light", "0", "set"]:
                self._set_light(read_object(payload))
            case ["roller", "0", "command"]:
                self._part.obey(lambda: self._roll(payload))
            case ["roller", "0", "command", "pos"]:
                self._part.obey(lambda: self._part.travel("position", float(payload)))
            case _:
                pass

    def remind(self) -> None:
        """Tell every state again, as firmware of this generation does each 30 s."""
        self._report()

    def _say(self, topic: str, payload: str | Mapping[str, object], *, retain: bool = False) -> None:
        if self._voice is not None:
            self._voice.publish(f"{self._base}/{topic}", payload, retain=retain)

    def _announce(self) -> None:
        row = {
            "id": self._id, "model": self._product, "mac": self._mac, "ip": "192.168.1.60", "new_fw": False,
            "fw_ver": "20230913-112003/v1.14.0-gcb84623",
        }  # fmt: skip
        if self._kind == "roller":
            row |= {"mode": "roller"}
        if self._voice is not None:
            self._voice.publish("shellies/announce", row)
        self._say("announce", row)

    def _set_light(self, wanted: Mapping[str, object]) -> None:
        changes: dict[str, object] = {}
        if "turn" in wanted:
            changes["on"] = wanted["turn"] == "on"
        if isinstance(level := wanted.get("brightness"), int | float):
            changes["brightness"] = min(100, max(1, round(level)))
        self._part.order(**changes)

    def _roll(self, word: str) -> None:
        if word == "stop":
            self._part.halt()
        elif word in ("open", "close"):
            self._part.travel("position", 100 if word == "open" else 0)

    def _report(self) -> None:
        part = self._part
        if self._kind == "roller":
            self._say("roller/0", {1: "open", -1: "close"}.get(int(part.number("moving")), "stop"))
            self._say("roller/0/pos", str(int(part.number("position"))))
            return
        on = "on" if part["on"] else "off"
        if self._kind == "dimmer":
            self._say("light/0", on)
            level = part["brightness"]
            self._say("light/0/status", {"ison": part["on"], "has_timer": False, "mode": "white", "brightness": level})
            return
        self._say("relay/0", on)
        if self._kind == "metered relay":
            self._say("relay/0/power", "38.25" if part["on"] else "0.00")
            self._say("relay/0/energy", "81734")


class SecondGeneration:
    """A Shelly Plus, Pro or Gen3 that speaks RPC."""

    def __init__(self, index: int, fitting: Fitting, pace: Pace) -> None:
        kind, self._product, self._component, state = _SECOND[fitting.kind]
        self._name = fitting.name
        self._mac = f"A8032A{0xB63C00 + index:06X}"
        self._id = f"{kind}-{self._mac.lower()}"
        self.client_id = self._id
        self.will = Will(f"{self._id}/online", "false")
        self.filters: Sequence[str] = (f"{self._id}/rpc", f"{self._id}/command", f"{self._id}/command/#")
        self._part = Part(pace, state, fitting.temper)
        self._part.report = self._notify
        self.parts: Mapping[str, Part] = {fitting.name: self._part}
        self._voice: Voice | None = None

    def wake(self, voice: Voice) -> None:
        """Say: online, and the full status."""
        self._voice = voice
        voice.publish(self.will.topic, "true", retain=True, qos=1)
        self._event("NotifyFullStatus", {self._component: self._status(), "sys": self._system()})
        voice.publish(f"{self._id}/status/{self._component}", self._status())

    def hear(self, topic: str, payload: str) -> None:
        """Answer a request, or carry out a plain command (``enable_control``)."""
        if topic == f"{self._id}/rpc":
            self._request(read_object(payload))
        elif topic == f"{self._id}/command" and payload == "status_update":
            self._notify()
        elif topic == f"{self._id}/command" and payload == "announce" and self._voice is not None:
            self._voice.publish(f"{self._id}/announce", self._info())
        elif topic == f"{self._id}/command/{self._component}":
            self._plain(payload)

    def remind(self) -> None:
        """Say nothing: it tells only what changes."""

    def _request(self, frame: Mapping[str, object]) -> None:
        answer: dict[str, object] = {"id": frame.get("id"), "src": self._id, "dst": frame.get("src")}
        try:
            answer["result"] = self._called(str(frame.get("method")), as_object(frame.get("params")))
        except LookupError as error:
            answer["error"] = {"code": 404, "message": str(error.args[0])}
        if self._voice is not None and isinstance(source := frame.get("src"), str):
            self._voice.publish(f"{source}/rpc", answer)

    def _called(self, method: str, params: Mapping[str, object]) -> Mapping[str, object] | None:
        kind = self._component.split(":", maxsplit=1)[0].capitalize()
        match method.split("."):
            case ["Shelly", "GetDeviceInfo"]:
                return self._info()
            case ["Shelly", "GetStatus"]:
                return {self._component: self._status(), "sys": self._system()}
            case ["Shelly", "GetConfig"]:
                return {self._component: self._config(), "sys": {"device": {"name": self._name, "mac": self._mac}}}
            case [component, "GetStatus"] if component == kind:
                return self._status()
            case [component, "GetConfig"] if component == kind:
                return self._config()
            case [component, word] if component == kind and params.get("id") == 0:
                return self._act(word, params)
            case _:
                raise LookupError(f"No handler for {method}")

    def _act(self, word: str, params: Mapping[str, object]) -> Mapping[str, object] | None:
        part = self._part
        if word in ("Open", "Close", "Stop", "GoToPosition") and "position" in part.condition:
            position = params.get("pos")
            targets = {"Open": 100.0, "Close": 0.0, "Stop": None}
            target = targets.get(word, float(position) if isinstance(position, int | float) else None)
            part.obey(part.halt if target is None else lambda: part.travel("position", target))
            return None
        if word not in ("Set", "Toggle") or "on" not in part.condition:
            raise LookupError(f"No handler for {word}")
        was = {"was_on": part["on"]}
        changes: dict[str, object] = {"on": not part["on"]} if word == "Toggle" else {}
        if isinstance(on := params.get("on"), bool):
            changes["on"] = on
        if isinstance(level := params.get("brightness"), int | float) and "brightness" in part.condition:
            changes["brightness"] = min(100, max(0, round(level)))
        part.order(**changes)
        return was if self._component.startswith("switch") else None

    def _plain(self, payload: str) -> None:
        word, _, argument = payload.partition(",")
        if "position" in self._part.condition:
            known = {"open": "Open", "close": "Close", "stop": "Stop", "pos": "GoToPosition"}
            if word in known:
                self._act(known[word], {"pos": float(argument) if argument else None})
        elif word in ("on", "off", "toggle"):
            self._act("Toggle", {}) if word == "toggle" else self._act("Set", {"on": word == "on"})

    def _notify(self) -> None:
        self._event("NotifyStatus", {self._component: self._status()})
        if self._voice is not None:
            self._voice.publish(f"{self._id}/status/{self._component}", self._status())

    def _event(self, method: str, params: Mapping[str, object]) -> None:
        if self._voice is not None:
            frame = {"src": self._id, "dst": f"{self._id}/events", "method": method}
            self._voice.publish(f"{self._id}/events/rpc", {**frame, "params": {"ts": 1767268800.0, **params}})

    def _status(self) -> dict[str, object]:
        part = self._part
        status: dict[str, object] = {"id": 0, "source": "MQTT"}
        if "position" in part.condition:
            here, moving = round(part.number("position")), int(part.number("moving"))
            at_rest = "open" if here == 100 else "closed" if here == 0 else "stopped"
            state = {1: "opening", -1: "closing"}.get(moving, at_rest)
            return status | {"state": state, "current_pos": here, "pos_control": True, "apower": 0.0}
        status |= {"output": part["on"]}
        if "brightness" in part.condition:
            return status | {"brightness": part["brightness"]}
        on = bool(part["on"])
        return status | {"apower": 12.6 if on else 0.0, "voltage": 230.9, "current": 0.055 if on else 0.0}

    def _config(self) -> dict[str, object]:
        return {"id": 0, "name": None, "initial_state": "restore_last"}

    def _system(self) -> dict[str, object]:
        return {"mac": self._mac, "restart_required": False, "uptime": 81234, "available_updates": {}}

    def _info(self) -> dict[str, object]:
        return {
            "name": self._name, "id": self._id, "mac": self._mac, "model": self._product, "gen": 2,
            "fw_id": "20241011-114455/1.4.4-g6d2a586", "ver": "1.4.4", "app": "Plus", "auth_en": False,
        }  # fmt: skip
