"""Installs a Home Assistant of PyPI into a cache, once: in a minute or two from nothing, then never again.

``HA_BASE`` says where; default: ``~/.cache/hearth-peers/home-assistant``. 2024.3.3 is the newest that runs on the
oldest Python that we run on; the newest is used too where there is a Python for it, on ``PATH`` or in a Debian in the
folder ``forky`` of the cache.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "2024.3.3"
NEWEST = "2026.11.0"
BASE = Path(os.environ.get("HA_BASE") or Path.home() / ".cache/hearth-peers/home-assistant")
LONGEST_S = 900
COMPONENTS = (
    "api", "assist_pipeline", "auth", "backup", "calendar", "config", "conversation", "frontend", "history", "http",
    "intent", "intent_script", "local_calendar", "logbook", "lovelace", "mobile_app", "mqtt", "onboarding", "person",
    "recorder", "rest_command", "search", "shopping_list", "system_log", "timer", "todo", "trace", "wake_word",
    "websocket_api", "wyoming", "zone", "automation", "script", "scene", "group",
    "counter", "input_boolean", "input_button", "input_datetime", "input_number", "input_select",
    "input_text", "schedule", "tag", "tts", "stt", "application_credentials", "blueprint", "diagnostics",
    "hardware", "image_upload", "logger", "network", "repairs", "sun", "system_health",
    "ai_task", "analytics", "brands", "device_automation", "file_upload", "labs", "llm", "map_tiles", "marketplace",
    "media_source", "template", "web_rtc", "webhook", "infrared", "radio_frequency", "zeroconf",
)  # fmt: skip
"""What the tests use, and what every Home Assistant sets up by itself; a version has not all of them."""
PINS = {VERSION: ("josepy<2", "acme<3", "setuptools<81")}
"""Not bounded by 2024.3, and broken for it by what came later."""
_PYTHONS = {VERSION: "python3.11", NEWEST: "python3.14"}


class NotInstallableError(Exception):
    """It is not there and cannot be installed here; the message is one line."""


def python(version: str = VERSION) -> Path:
    """Return the interpreter of an environment with Home Assistant in it; makes it where it is not there.

    Raises:
        NotInstallableError: there is no Python for it, no uv, or no way to PyPI.
    """
    folder = BASE / f"venv-{version}"
    interpreter, done = folder / "bin" / "python", folder / ".components"
    if done.exists() and done.read_text() == " ".join(COMPONENTS):
        return interpreter
    try:
        if not (folder / ".ready").exists():
            _uv(version, "venv", "-q", "--allow-existing", "--python", _python_for(version), str(folder))
            _pip(version, f"homeassistant=={version}")
        site = folder / "lib" / _PYTHONS[version] / "site-packages/homeassistant"
        _pip(version, "-c", str(site / "package_constraints.txt"), *_requirements(site))
    except (subprocess.SubprocessError, OSError) as error:
        raise NotInstallableError(f"Home Assistant {version} cannot be installed: {error}") from error
    (folder / ".ready").touch()
    done.write_text(" ".join(COMPONENTS))
    return interpreter


def command(version: str, folder: Path, *arguments: str) -> list[str]:
    """Return what runs the interpreter of a version, which sees ``folder``; it keeps the id of the process.

    Raises:
        NotInstallableError: as for `python`.
    """
    return _seen_from(version, folder, str(python(version)), *arguments)


def _seen_from(version: str, folder: Path, *program: str, online: bool = False) -> list[str]:
    """Return a command as it is run where the Python of a version is: here, or in the Debian beside it."""
    root = BASE / "forky"
    if version == VERSION or shutil.which(_PYTHONS[version]) or not root.exists():
        return [*program]
    # No name server: it asks for its marketplace at every start (2026.11).
    nowhere = BASE / "resolv.loopback"
    nowhere.write_text("nameserver 127.0.0.1\n")
    names = "/etc/resolv.conf" if online else nowhere
    mounts = [f"mount -t proc proc {root}/proc", f"mount --bind {names} {root}/etc/resolv.conf"]
    folders = (BASE, folder, Path("/etc/ssl/certs"))
    mounts += [f"mkdir -p {root}{one} && mount --bind {one} {root}{one}" for one in folders]
    script = "\n".join(["set -e", *mounts, f'exec chroot {root} "$@"'])
    return ["unshare", "-m", "--propagation", "private", "bash", "-c", script, "_", *program]


def _python_for(version: str) -> str:
    """Return the Python that an environment is made with."""
    name = _PYTHONS[version]
    if name == "python{}.{}".format(*sys.version_info[:2]):
        return sys.executable
    if found := shutil.which(name):
        return found
    if (BASE / "forky/usr/bin" / name).exists():
        return f"/usr/bin/{name}"
    raise NotInstallableError(f"Home Assistant {version} is not in {BASE}, and needs {name} to be")


def _pip(version: str, *wanted: str) -> None:
    python = str(BASE / f"venv-{version}/bin/python")
    _uv(version, "pip", "install", "-q", "--compile-bytecode", "--python", python, *wanted, *PINS.get(version, ()))


def _uv(version: str, *arguments: str) -> None:
    # A copy in the cache, which the Debian there sees too.
    own = BASE / "uv"
    if not own.exists():
        found = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        if not Path(found).exists():
            raise NotInstallableError(f"Home Assistant is not in {BASE}, and needs uv to be")
        BASE.mkdir(parents=True, exist_ok=True)
        shutil.copy2(found, own)
    command = _seen_from(version, BASE, str(own), *arguments, online=True)
    subprocess.run(command, check=True, timeout=LONGEST_S, capture_output=True)


def _requirements(site: Path) -> list[str]:
    """Return what it would install by itself when it first starts, which must need no network."""
    todo, seen, found = list(COMPONENTS), set[str](), set[str]()
    while todo:
        manifest = site / "components" / (name := todo.pop()) / "manifest.json"
        if name in seen or not manifest.exists():
            continue
        seen.add(name)
        told = json.loads(manifest.read_text())
        found.update(told.get("requirements", []))
        todo += told.get("dependencies", []) + told.get("after_dependencies", [])
        if name == "mqtt":
            todo += [platform.stem for platform in manifest.parent.glob("*.py")]
    for module in (site / "auth" / "mfa_modules").glob("*.py"):
        if match := re.search(r"^REQUIREMENTS = (\[.*?\])", module.read_text(), re.MULTILINE | re.DOTALL):
            found.update(ast.literal_eval(match[1]))
    return sorted(found)
