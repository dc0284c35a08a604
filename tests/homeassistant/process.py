"""A real Home Assistant on the loopback, which can be killed, frozen and started again."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import httpx
from websockets.sync.client import connect

from tests.broker import free_port
from tests.homeassistant.install import VERSION, command

START_S = 120.0
STOP_S = 45.0
_YAML = """\
homeassistant:
  name: Test Home
  latitude: 52.37
  longitude: 4.89
  elevation: 0
  unit_system: metric
  currency: EUR
  country: NL
  time_zone: UTC
  language: en
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
websocket_api:
config:
conversation:
intent:
recorder:
  commit_interval: 1
history:
mobile_app:
logger:
  default: warning
{more}"""
Object = dict[str, object]


class RealHomeAssistant:
    """One process of it, with an owner, a token and, given a broker's port, MQTT."""

    def __init__(self, folder: Path, *, mqtt_port: int | None = None, yaml: str = "", version: str = VERSION) -> None:
        self.folder, self.version = folder, version
        self.host, self.port = "127.0.0.1", free_port()
        self.url = f"http://{self.host}:{self.port}"
        self.token = ""
        self._mqtt_port = mqtt_port
        self._process: subprocess.Popen[bytes] | None = None
        (folder / ".storage").mkdir(parents=True)
        (folder / "configuration.yaml").write_text(_YAML.format(port=self.port, more=yaml))
        # Everything but making the owner: the other steps would set up services that call out to the internet.
        done = {"done": ["analytics", "core_config", "integration"]}
        stored = {"version": 4, "minor_version": 1, "key": "onboarding", "data": done}
        (folder / ".storage" / "onboarding").write_text(json.dumps(stored))

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and return once it is running, with all that it is to have."""
        environment = {key: item for key, item in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        with (self.folder / "start.log").open("ab") as log:
            self._process = subprocess.Popen(
                command(self.version, self.folder, "-m", "homeassistant", "-c", str(self.folder), "--log-no-color"),
                stdout=log, stderr=log, env=environment, cwd=self.folder,
            )  # fmt: skip
        if not self.token:
            self._wait(lambda: self._get("/api/onboarding") is not None)
            self.token = self._onboard()
            # It writes a little later, and a token that was not written is gone when it is killed.
            self._wait(lambda: '"token_type": "normal"' in self._stored("auth"))
        self._wait(lambda: (self._get("/api/config") or {}).get("state") == "RUNNING")
        if self.version != VERSION:
            self._keep_port()
        if self._mqtt_port is not None:
            self._set_up_mqtt(self._mqtt_port)

    def stop(self) -> None:
        """End it as systemd would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a farewell."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it hang: the kernel goes on accepting what is sent to it."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def post(self, path: str, body: Object, *, form: bool = False) -> Object:
        """Make a request as its owner and return the answer."""
        with self._client() as client:
            answer = client.post(path, data=body) if form else client.post(path, json=body)
            answer.raise_for_status()
            return cast("Object", answer.json())

    def add(self, integration: str, **values: object) -> Object:
        """Add an integration by its form, as on the page for that, and return the entry; only ``values`` are chosen."""
        flow = "/api/config/config_entries/flow"
        answer = self.post(flow, {"handler": integration, "show_advanced_options": False})
        while answer["type"] in ("form", "menu") and not answer.get("errors"):
            if answer["type"] == "menu":
                body: Object = {"next_step_id": cast("list[str]", answer["menu_options"])[0]}
            else:
                body = _filled(cast("list[Object]", answer["data_schema"]), values)
            answer = self.post(f"{flow}/{answer['flow_id']}", body)
        assert answer["type"] == "create_entry", answer
        return cast("Object", answer["result"])

    def remove(self, entry: Object) -> None:
        """Take an integration out again."""
        with self._client() as client:
            client.delete(f"/api/config/config_entries/entry/{entry['entry_id']}").raise_for_status()

    def do(self, service: str, body: Object) -> None:
        """Call a service, ``domain/name``."""
        with self._client() as client:
            client.post(f"/api/services/{service}", json=body).raise_for_status()

    def read(self, path: str) -> bytes:
        """Return what stands at an address of it."""
        with self._client() as client:
            answer = client.get(path)
            answer.raise_for_status()
            return answer.content

    def state(self, entity: str) -> str:
        """Return the state of an entity."""
        return str((self._get(f"/api/states/{entity}") or {}).get("state"))

    def tell(self, kind: str, **fields: object) -> Object:
        """Send one command over its WebSocket and return the whole answer."""
        with connect(f"ws://{self.host}:{self.port}/api/websocket", proxy=None) as line:
            line.recv()
            line.send(json.dumps({"type": "auth", "access_token": self.token}))
            line.recv()
            line.send(json.dumps({"id": 1, "type": kind, **fields}))
            return cast("Object", json.loads(line.recv()))

    def _keep_port(self) -> None:
        """Confirm the settings of ``http:``, which are else taken back after five minutes (2026.11)."""
        self.tell("http/config/promote")

    def _get(self, path: str) -> Object | None:
        try:
            with self._client() as client:
                answer = client.get(path)
                return cast("Object", answer.json()) if answer.is_success else None
        except httpx.HTTPError:
            return None

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30)

    def _onboard(self) -> str:
        client = f"{self.url}/"
        owner: Object = {
            "name": "Olivia", "username": "ha", "password": "ha-test", "client_id": client, "language": "en"
        }  # fmt: skip
        code = self.post("/api/onboarding/users", owner)["auth_code"]
        grant: Object = {"grant_type": "authorization_code", "code": code, "client_id": client}
        self.token = cast("str", self.post("/auth/token", grant, form=True)["access_token"])
        return self.token

    def _stored(self, name: str) -> str:
        path = self.folder / ".storage" / name
        return path.read_text() if path.exists() else ""

    def _set_up_mqtt(self, port: int) -> None:
        entries = cast("list[Object]", self._get("/api/config/config_entries/entry") or [])
        if not any(entry["domain"] == "mqtt" for entry in entries):
            self.add("mqtt", broker="127.0.0.1", port=port)
        self._wait(lambda: "mqtt" in cast("list[str]", (self._get("/api/config") or {}).get("components", [])))

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_S
        while not holds():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Home Assistant did not start, see {self.folder / 'start.log'}")
            time.sleep(0.05)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def _filled(schema: list[Object], values: Object) -> Object:
    """Return what a form is answered with: what is given, and the defaults of what it cannot do without."""
    body: Object = {}
    for field in schema:
        name = str(field["name"])
        if name in values:
            body[name] = values[name]
        elif field.get("type") == "expandable":
            body[name] = _filled(cast("list[Object]", field.get("schema") or []), values)
        elif field.get("required"):
            body[name] = field["default"] if "default" in field else _suggested(field)
    return body


def _suggested(field: Object) -> object:
    """Return what a form proposes for a field, the first choice of some, or no."""
    described, selector = cast("Object", field.get("description") or {}), cast("Object", field.get("selector") or {})
    options = cast("list[object]", cast("Object", selector.get("select") or {}).get("options") or [])
    first = options[0] if options else False
    return described.get("suggested_value", cast("Object", first)["value"] if isinstance(first, dict) else first)
