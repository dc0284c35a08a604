"""Routines and a real Home Assistant: its automations and scripts are taken over, its events and tags set ours off."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.homeassistant.install import VERSION, NotInstallableError, python
from tests.homeassistant.process import RealHomeAssistant
from tests.process import Running, running

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(300)]
DEADLINE_S = 60.0
YAML = """
input_boolean:
  lamp: {name: Test Lamp}
  other: {name: Other Lamp}
tag:
script:
  evening:
    alias: Evening
    sequence: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}, {delay: 5}]
  choosing:
    fields: {who: {description: Whom}}
    sequence: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}]
automation:
  - id: follow
    alias: Follow Me
    mode: queued
    trigger: [{platform: state, entity_id: input_boolean.lamp, to: "on", for: "00:01:00"}]
    condition: [{condition: time, after: "18:00:00"}]
    action: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.other}}]
  - id: strange
    alias: Strange One
    trigger: [{platform: persistent_notification}]
    action: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.other}}]
"""
OURS = """
id: ours
alias: Ours
triggers:
  - {trigger: tag, tag_id: fridge}
  - {trigger: event, event_type: doorbell, event_data: {side: front}}
actions:
  - {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    try:
        python(VERSION)
    except NotInstallableError as error:
        pytest.skip(str(error))
    it = RealHomeAssistant(tmp_path_factory.mktemp("hub") / "homeassistant", yaml=YAML)
    try:
        it.start()
        yield it
    finally:
        it.kill()


def configured(folder: Path, process: RealHomeAssistant) -> str:
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(process.token)
    config = folder / "hearth.toml"
    where = f'url = "{process.url}"\ntoken_file = {json.dumps(str(token))}\nexposed_only = false\n'
    config.write_text(f"[homeassistant]\n{where}")
    return str(config)


async def known(daemon: Running, *ids: str) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not {row["id"] for row in await daemon.devices()} >= set(ids):
            await asyncio.sleep(0.05)


async def test_automations_and_scripts_are_taken_over_with_what_was_not_understood(
    tmp_path: Path, process: RealHomeAssistant
):
    async with running(tmp_path / "state", "--config", configured(tmp_path, process)) as daemon:
        await known(daemon, "input_boolean.lamp", "automation.follow_me", "script.evening")
        taken = cast("dict[str, object]", await daemon.ask("routine.taken"))
        assert (taken["automations"], taken["scripts"]) == (2, 2)
        report = cast("dict[str, list[dict[str, object]]]", await daemon.ask("routine.report", text=taken["text"]))
        how = {one["id"]: one["understood"] for one in report["routines"]}
        assert how == {"follow": "wholly", "strange": "not", "script_evening": "wholly", "script_choosing": "not"}
        assert {one["routine"] for one in report["not_understood"]} == {"strange", "script_choosing"}
        await daemon.ask("routine.add", text=taken["text"], replace=True)
        kept = cast("list[dict[str, object]]", await daemon.ask("routines"))
        assert {str(one["id"]): one["enabled"] for one in kept} == dict.fromkeys(how, False)
        await daemon.ask("routine.run", routine="script_evening")
        async with asyncio.timeout(DEADLINE_S):
            while await asyncio.to_thread(process.state, "input_boolean.lamp") != "on":
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("event", "data"),
    [("tag_scanned", {"tag_id": "fridge"}), ("doorbell", {"side": "front"})],
    ids=["a tag", "an event"],
)
async def test_what_is_fired_there_sets_a_routine_off_here(
    tmp_path: Path, process: RealHomeAssistant, event: str, data: dict[str, object]
):
    async with running(tmp_path / "state", "--config", configured(tmp_path, process)) as daemon:
        await known(daemon, "input_boolean.lamp")
        await asyncio.to_thread(process.do, "input_boolean/turn_off", {"entity_id": "input_boolean.lamp"})
        await daemon.ask("routine.add", text=OURS)
        async with asyncio.timeout(DEADLINE_S):
            while not await daemon.ask("routine.trace"):
                await asyncio.to_thread(process.post, f"/api/events/{event}", data)
                await asyncio.sleep(0.5)
            while await asyncio.to_thread(process.state, "input_boolean.lamp") != "on":
                await asyncio.sleep(0.05)
