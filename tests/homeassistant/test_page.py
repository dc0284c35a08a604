"""Hearth's page in a real Home Assistant, in a real browser: what an owner sees of us there."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.broker import Mosquitto, mosquitto_binary
from tests.daemon.dashboard.chromium import BINARY, opened
from tests.homeassistant.assist import assist
from tests.homeassistant.install import NEWEST, NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant
from tests.homeassistant.test_device import There, daemon
from tests.voice.sounds import save, silence

pytestmark = [
    pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.mosquitto, pytest.mark.timeout(900),
    pytest.mark.skipif(BINARY is None, reason="needs Debian's chromium"),
]  # fmt: skip
SHOWN = """
(() => {
  const words = (node) => [...(node.shadowRoot ? words(node.shadowRoot) : []), ...[...node.childNodes].flatMap(
    (one) => one.nodeType === 3 ? [one.data.trim()] : ["STYLE", "SCRIPT"].includes(one.tagName) ? [] : words(one))];
  return words(document.body).filter(Boolean);
})()
"""
"""All words of a page, those within its components too."""
DEADLINE_S = 60.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealHomeAssistant, Mosquitto]]:
    """A Home Assistant with its pages, and its broker."""
    if mosquitto_binary() is None:
        pytest.skip("mosquitto is not installed")
    try:
        python(NEWEST)
    except NotInstallableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("hub")
    broker = Mosquitto(folder)
    broker.start()
    process = RealHomeAssistant(folder / "homeassistant", mqtt_port=broker.port, yaml="frontend:\n", version=NEWEST)
    try:
        process.start()
        yield process, broker
    finally:
        process.kill()
        broker.kill()


async def test_its_page_shows_what_was_said_and_what_can_be_done(
    hub: tuple[RealHomeAssistant, Mosquitto], tmp_path: Path
):
    there = There(hub[0])
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
        await there.ask("what time is it")
        async with assist(hub[0]) as line:
            devices = cast("list[Object]", await line.ask("config/device_registry/list"))
        (ours,) = [one["id"] for one in devices if one["name"] == "Hearth"]
        shown = await _words_of(hub[0], f"/config/devices/device/{ours}", tmp_path)
    await there.aclose()
    assert {"Last utterance", "what time is it", "Do not disturb", "Notifiers", "16 entities"} <= shown


async def _words_of(process: RealHomeAssistant, page: str, folder: Path) -> set[str]:
    """Return the words of a page, for its owner, once what was said is among them."""
    words = {
        "access_token": process.token, "token_type": "Bearer", "expires": 10**13, "expires_in": 10**8,
        "hassUrl": process.url, "clientId": f"{process.url}/", "refresh_token": "",
    }  # fmt: skip
    async with opened(f"{process.url}/auth/authorize", save(folder / "none.wav", silence(1)), folder / "tab") as tab:
        await tab.run(f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(words))})")
        await tab.call("Page.navigate", url=f"{process.url}{page}")
        shown = set[str]()
        async with asyncio.timeout(DEADLINE_S):
            while "what time is it" not in shown:
                await asyncio.sleep(0.2)
                shown = set(cast("list[str]", await tab.run(SHOWN)))
    return shown
