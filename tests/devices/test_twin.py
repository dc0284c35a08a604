from datetime import UTC, datetime

import pytest

from devices.home import Home
from devices.model import BridgeError, Call, CallError, Capability, Entity, EntityId, State
from devices.twin import Fault, Twin

T0 = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAMP = EntityId("light.lamp")
OTHER = EntityId("light.other")
BOTH = EntityId("light.both")
ON_OFF = frozenset({Capability.ON_OFF})


def twin(faults: dict[EntityId, Fault] | None = None) -> Twin:
    lamps = [
        Entity(LAMP, "Lamp", "light", capabilities=ON_OFF),
        Entity(OTHER, "Other", "light", capabilities=ON_OFF),
        Entity(BOTH, "Both", "light", capabilities=ON_OFF, members=(LAMP, OTHER)),
    ]
    return Twin(Home(), lamps, now=lambda: T0, faults=faults, slow_s=0.01)


def is_on(state: State) -> bool:
    return state.value == "on"


async def test_a_call_is_followed_by_its_state():
    house = twin()
    await house.call(Call(LAMP, "turn_on"))
    assert await house.home.wait_until(LAMP, is_on, timeout_s=5)
    assert [call.service for call in house.sent] == ["turn_on"]


async def test_a_group_passes_a_call_to_its_members():
    house = twin()
    await house.call(Call(BOTH, "turn_on"))
    assert await house.home.wait_until(LAMP, is_on, timeout_s=5)
    assert await house.home.wait_until(OTHER, is_on, timeout_s=5)


@pytest.mark.parametrize("fault", [Fault.DEAF, Fault.MUTE, Fault.STUCK])
async def test_a_device_that_misbehaves_never_shows_what_was_asked(fault: Fault):
    house = twin({LAMP: fault})
    await house.call(Call(LAMP, "turn_on"))
    assert await house.home.wait_until(LAMP, is_on, timeout_s=0.05) is None


async def test_a_stuck_device_answers_all_the_same():
    house = twin({LAMP: Fault.STUCK})
    await house.call(Call(LAMP, "turn_on"))
    assert await house.home.wait_until(LAMP, lambda state: state.reports > 1, timeout_s=5)


async def test_a_slow_device_gets_there():
    house = twin({LAMP: Fault.SLOW})
    await house.call(Call(LAMP, "turn_on"))
    assert await house.home.wait_until(LAMP, is_on, timeout_s=5)


async def test_faults_come_and_go():
    house = twin({LAMP: Fault.OFFLINE})
    offline = house.home.state(LAMP)
    house.set_fault(LAMP, None)
    back = house.home.state(LAMP)
    assert offline is not None
    assert back is not None
    assert (offline.available, back.available) == (False, True)


async def test_what_cannot_be_sent_is_an_error_and_is_not_sent():
    house = twin()
    with pytest.raises(CallError):
        await house.call(Call(LAMP, "turn_on", {"brightness": 9}))
    with pytest.raises(BridgeError):
        await house.call(Call(EntityId("light.nowhere"), "turn_on"))
    house.connected = False
    with pytest.raises(BridgeError):
        await house.call(Call(LAMP, "turn_on"))
    assert not house.sent
