import asyncio
from collections.abc import Mapping

import pytest

from devices.simulation.part import Pace, Part, Temper
from tests.devices.simulated import HURRY, Ear


def part_of(temper: Temper, ear: Ear, **condition: object) -> Part:
    part = Part(Pace(asyncio.get_running_loop(), HURRY), condition, temper)
    part.report = lambda: ear.publish("part", dict(part.condition))
    return part


@pytest.mark.parametrize(
    ("temper", "reports"),
    [
        (Temper.SOUND, [{"state": "ON"}]),
        (Temper.IGNORING, [{"state": "OFF"}]),
        (Temper.LYING, [{"state": "OFF"}]),
        (Temper.OFFLINE, []),
        (Temper.SLOW, []),
    ],
)
async def test_order_is_taken_as_the_temper_has_it(temper: Temper, reports: list[object]):
    ear = Ear()
    part_of(temper, ear, state="OFF").order(state="ON")
    assert ear.all("part") == reports


async def test_slow_part_obeys_later():
    ear = Ear()
    part_of(Temper.SLOW, ear, state="OFF").order(state="ON")
    await ear.until(lambda: ear.last("part") == {"state": "ON"})


async def test_lying_part_says_on_when_it_was_switched_off_and_is():
    ear = Ear()
    part_of(Temper.LYING, ear, state="OFF").order(state="OFF")
    assert ear.all("part") == [{"state": "ON"}]


async def test_power_comes_back_with_the_temper_there_was():
    part = part_of(Temper.IGNORING, Ear(), state="OFF")
    part.reach(online=False)
    part.reach(online=False)
    assert part.temper is Temper.OFFLINE
    part.reach(online=True)
    assert part.temper is Temper.IGNORING


async def test_hand_on_the_switch_works_whatever_the_temper():
    ear = Ear()
    part = part_of(Temper.IGNORING, ear, state="OFF")
    part.hand(lambda: part.set(state="ON"))
    assert ear.all("part") == [{"state": "ON"}]


async def test_travel_reports_the_way_and_ends_where_it_was_sent():
    ear = Ear()
    part = part_of(Temper.SOUND, ear, position=100, moving=0)
    part.obey(lambda: part.travel("position", 30))
    await ear.until(lambda: part["moving"] == 0)
    positions = [int(str(report["position"])) for report in ear.all("part") if isinstance(report, Mapping)]
    assert positions == sorted(positions, reverse=True)
    assert len(positions) > 3
    assert part["position"] == 30


async def test_new_order_takes_over_half_way():
    ear = Ear()
    part = part_of(Temper.SOUND, ear, position=100, moving=0)
    part.travel("position", 0)
    await ear.until(lambda: part.number("position") < 60)
    part.travel("position", 100)
    assert part["moving"] == 1
    await ear.until(lambda: part["position"] == 100)


async def test_halt_leaves_it_where_it_is():
    ear = Ear()
    part = part_of(Temper.SOUND, ear, position=100, moving=0)
    part.travel("position", 0)
    await ear.until(lambda: part.number("position") < 80)
    part.halt()
    here = part["position"]
    assert (part["moving"], 0 < part.number("position") < 80) == (0, True)
    await asyncio.sleep(HURRY)
    assert part["position"] == here


@pytest.mark.parametrize(("target", "end"), [(140, 100), (-3, 0)])
async def test_travel_never_leaves_the_rails(target: float, end: int):
    ear = Ear()
    part = part_of(Temper.SOUND, ear, position=90, moving=0)
    part.travel("position", target)
    await ear.until(lambda: part["moving"] == 0)
    assert part["position"] == end
