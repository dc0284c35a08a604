"""The daemon is killed between a question on a phone and the yes to it: nothing is done late, and it is told."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tests.conformance.phones import NtfyServer, Object, press_ntfy, served
from tests.daemon.reasoner.servers import ollama
from tests.daemon.test_reasoning import named
from tests.devices.plain import eventually
from tests.process import running

pytestmark = pytest.mark.system

HOUSE = """
[[people]]
id = "anna"
name = "Anna"
role = "owner"
addresses = {{ ntfy = "anna-phone" }}
[channels.ntfy]
url = "http://127.0.0.1:{port}"
token_file = "{folder}/secret"
[ollama]
url = "{model}"
model = "tiny"
[dashboard]
enabled = false
"""


async def test_a_yes_after_a_kill_does_nothing_and_says_so(tmp_path: Path):
    server = NtfyServer()

    def shown(told: Callable[[Object], bool]) -> list[Object]:
        return [one for one in server.shown("anna-phone") if told(one)]

    async with served(server.app()) as port, ollama(answer=named("do", ("unlock", "Front Door"))) as model:
        (tmp_path / "secret").write_text(server.TOKEN)
        (tmp_path / "secret").chmod(0o600)
        config = tmp_path / "hearth.toml"
        config.write_text(HOUSE.format(port=port, folder=tmp_path, model=model.url))
        async with running(tmp_path / "state", "--demo", "--config", str(config)) as house:
            await house.entities(10)
            answer = await house.say("my friend stands outside the front door and gets wet")
            assert answer["reply"] == "Shall I unlock Front Door? I have asked Anna on the phone."
            await eventually(lambda: len(shown(lambda one: bool(one.get("actions")))) == 1)
            (question,) = shown(lambda one: bool(one.get("actions")))
            house.kill()
        async with running(tmp_path / "state", "--demo", "--config", str(config)) as house:
            await press_ntfy(question, "Yes, unlock Front Door")
            await eventually(lambda: bool(shown(lambda one: "Your answer did nothing" in str(one["message"]))))
            await eventually(lambda: bool(shown(lambda one: "I was stopped before" in str(one["message"]))))
            assert shown(lambda one: bool(one.get("actions"))) == []
            entries = cast("list[dict[str, object]]", await house.ask("journal", limit=100))
    assert "waiting" in [one["verdict"] for one in entries]
    assert "done" not in [one["verdict"] for one in entries]
