"""What is said of a routine before anybody agrees to it: what is wrong with it among the others, and what follows."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import cast

import pytest

from skills.language import speaking
from skills.routines import routine_add
from tests.daemon.automating.house import living
from tests.daemon.automating.test_living import routine

GOES = "[{{trigger: state, entity_id: light.lamp, to: '{}'}}]"
DOES = "[{{action: light.turn_{}, target: {{entity_id: light.lamp}}}}]"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.db"


def lamp(to: str, then: str, entity: str = "light.lamp") -> Mapping[str, object]:
    return {
        "triggers": [{"trigger": "state", "entity_id": "light.lamp", "to": to}],
        "actions": [{"action": f"light.turn_{then}", "target": {"entity_id": entity}}],
    }


async def test_a_loop_with_another_routine_is_named_before_the_yes(path: Path):
    async with living(path) as one:
        await one.add(routine(GOES.format("on"), DOES.format("off"), id="there", alias="Evening"))
        english = await one.routines.prospect(lamp("off", "on"))
        with speaking("de"):
            german = await one.routines.prospect(lamp("off", "on"))
    assert english.worries == ("That and your routine “Evening” would set each other off without end.",)
    assert german.worries == ("Das und deine Routine “Evening” würden sich endlos gegenseitig auslösen.",)


async def test_what_is_not_here_comes_first(path: Path):
    async with living(path) as one:
        found = await one.routines.prospect(lamp("on", "off", "light.nowhere"))
    assert found.worries[0] == "It counts on something that is not here: light.nowhere."


async def test_what_says_nothing_yet_is_here_all_the_same(path: Path):
    async with living(path) as one:
        found = await one.routines.prospect(
            {
                "triggers": [{"trigger": "time", "at": "07:00:00"}],
                "actions": [{"action": "scene.turn_on", "target": {"entity_id": "scene.cosy"}}],
            }
        )
    assert found.worries == ()


async def test_which_others_would_be_set_off_is_told(path: Path):
    async with living(path) as one:
        told = "[{action: notify.persistent_notification, data: {message: on}}]"
        await one.add(routine(GOES.format("on"), told, id="tells", alias="Tells"))
        found = await one.routines.prospect(
            {
                "triggers": [{"trigger": "time", "at": "07:00:00"}],
                "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.lamp"}}],
            }
        )
    assert (found.worries, found.follows) == ((), "That would also set off: “Tells”.")


async def test_a_file_is_looked_at_before_it_is_kept(path: Path):
    async with living(path) as one:
        await one.add(routine(GOES.format("on"), DOES.format("off"), id="there", alias="Evening"))
        text = routine(GOES.format("off"), DOES.format("on"), id="back", alias="Back")
        found = await one.routines.wrong_with(text)
        kept = [each.id for each in one.routines.routines()]
    assert [(fault["kind"], fault["ids"]) for fault in found] == [("loop", ["back"])]
    assert kept == ["there"]


async def test_of_a_file_only_what_is_faulty_is_kept_off(path: Path):
    texts = (
        routine(GOES.format("on"), DOES.format("off"), id="there"),
        routine(GOES.format("off"), DOES.format("on"), id="back"),
        routine("[{trigger: time, at: '07:00:00'}]", "[{action: switch.turn_on}]", id="sound"),
    )
    async with living(path) as one:
        text = "".join(f"- {indent(one, '  ').strip()}\n" for one in texts)
        (found,) = await one.routines.wrong_with(text)
        faulty = cast("list[str]", found["ids"])
        await one.wish(routine_add(text, off=faulty))
        kept = {each.id: each.enabled for each in one.routines.routines()}
    assert sorted(faulty) == ["back", "there"]
    assert kept == {"there": False, "back": False, "sound": True}


async def test_what_is_no_routine_has_no_prospect(path: Path):
    async with living(path) as one:
        assert (await one.routines.prospect({"triggers": 5})).worries == ()
