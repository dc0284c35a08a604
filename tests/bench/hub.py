"""A big Home Assistant that is none, in a process of its own: ``python -m tests.bench.hub ENTITIES`` prints its port.

A line on its standard input makes it tell 1,000 changes a second for so many seconds, and print when it is through.
"""

import asyncio
import sys

from tests.devices.homeassistant.hub import LC, Hub, Object, open_again

RATE_HZ = 1_000
STEP_S = 0.02


def big_house(count: int) -> Hub:
    """Return a hub with so many dimmable lamps on as many devices in 50 rooms."""
    hub = Hub(areas=[{"area_id": f"room_{number}", "name": f"Room {number}"} for number in range(50)])
    for number in range(count):
        key = f"light.lamp_{number}"
        hub.devices.append({
            "id": f"d{number}", "name": f"Lamp {number}", "area_id": f"room_{number % 50}", "manufacturer": "Acme",
            "model": "Bulb", "sw_version": "1.0", "identifiers": [["mqtt", f"lamp_{number}"]], "connections": [],
        })  # fmt: skip
        hub.entries[key] = {
            "device_id": f"d{number}", "platform": "mqtt", "unique_id": f"lamp_{number}", "aliases": [], "labels": [],
            "options": {"conversation": {"should_expose": True}}, "entity_category": None, "hidden_by": None,
        }  # fmt: skip
        hub.put(
            key, "on", context=f"01J{number:023}", friendly_name=f"Lamp {number}", brightness=number % 255,
            supported_color_modes=["brightness"], color_mode="brightness", supported_features=44,
        )  # fmt: skip
    return hub


async def _flood(hub: Hub, seconds: float) -> None:
    each = int(RATE_HZ * STEP_S)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for turn in range(int(seconds / STEP_S)):
        lamps = [f"light.lamp_{(turn * each + number) % len(hub.states)}" for number in range(each)]
        told: Object = {
            lamp: {"+": {"a": {"brightness": turn % 255}, "c": f"x{turn}", "lu": LC + turn}} for lamp in lamps
        }
        await hub.broadcast("entities", {"c": told})
        await asyncio.sleep(max(0.0, began + (turn + 1) * STEP_S - loop.time()))


async def _main(count: int) -> None:
    hub = big_house(count)
    async with open_again(hub):
        print(hub.port, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await _flood(hub, float(line))
            print("through", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
