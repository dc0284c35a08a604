"""Installs a Home Assistant of PyPI into a cache, once: in a minute or two from nothing, then never again.

``HA_BASE`` says where; default: ``~/.cache/hearth-peers/home-assistant``. 2024.3.3 is the newest that runs on the
oldest Python that we run on.
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
BASE = Path(os.environ.get("HA_BASE") or Path.home() / ".cache/hearth-peers/home-assistant")
LONGEST_S = 900
COMPONENTS = (
    "api", "auth", "backup", "config", "conversation", "frontend", "history", "http", "intent", "logbook",
    "lovelace", "mobile_app", "mqtt", "onboarding", "person", "recorder", "search", "shopping_list",
    "system_log", "timer", "todo", "trace", "websocket_api", "zone", "automation", "script", "scene", "group",
    "counter", "input_boolean", "input_button", "input_datetime", "input_number", "input_select",
    "input_text", "schedule", "tag", "tts", "stt", "application_credentials", "blueprint", "diagnostics",
    "hardware", "image_upload", "logger", "network", "repairs", "sun", "system_health",
)  # fmt: skip
"""What the tests use, and what every Home Assistant sets up by itself."""
PINS = ("josepy<2", "acme<3", "setuptools<81")
"""Not bounded by 2024.3, and broken for it by what came later."""


class NotInstallableError(Exception):
    """It is not there and cannot be installed here; the message is one line."""


def python() -> Path:
    """Return the interpreter of an environment with Home Assistant in it; makes it where it is not there.

    Raises:
        NotInstallableError: there is no Python 3.11, no uv, or no way to PyPI.
    """
    folder = BASE / f"venv-{VERSION}"
    interpreter = folder / "bin" / "python"
    if (folder / ".ready").exists():
        return interpreter
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if sys.version_info[:2] != (3, 11) or not Path(uv).exists():
        raise NotInstallableError(f"Home Assistant {VERSION} is not in {BASE}, and needs Python 3.11 and uv to be")
    try:
        _run(uv, "venv", "-q", "--allow-existing", "--python", sys.executable, str(folder))
        _pip(uv, interpreter, f"homeassistant=={VERSION}")
        site = folder / "lib/python3.11/site-packages/homeassistant"
        _pip(uv, interpreter, "-c", str(site / "package_constraints.txt"), *_requirements(site))
    except (subprocess.SubprocessError, OSError) as error:
        raise NotInstallableError(f"Home Assistant {VERSION} cannot be installed: {error}") from error
    (folder / ".ready").write_text("{}")
    return interpreter


def _pip(uv: str, interpreter: Path, *wanted: str) -> None:
    _run(uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(interpreter), *wanted, *PINS)


def _run(*command: str) -> None:
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
