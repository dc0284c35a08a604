"""What is found on a network that is this machine alone."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from daemon.discovery import WYOMING, Announced, Discovery
from daemon.supervise import Condition

LOOPBACK = ["127.0.0.1"]


async def satellite(host: str, port: int) -> Sequence[str]:
    return ["satellite"] if port == 10700 else ["asr", "tts"]


@asynccontextmanager
async def browsing(*announced: Announced) -> AsyncGenerator[Discovery]:
    discovery = Discovery(satellite, announced, interfaces=LOOPBACK)
    async with asyncio.TaskGroup() as group, asyncio.timeout(30):
        running = group.create_task(discovery.run())
        try:
            yield discovery
        finally:
            running.cancel()


@asynccontextmanager
async def another(service_type: str, name: str, port: int) -> AsyncGenerator[None]:
    """Be another machine that announces itself."""
    network = AsyncZeroconf(interfaces=LOOPBACK)
    info = ServiceInfo(service_type, f"{name}.{service_type}", addresses=[b"\x7f\0\0\1"], port=port, server="x.local.")
    await (await network.async_register_service(info))
    try:
        yield
    finally:
        await network.async_unregister_all_services()
        await network.async_close()


async def test_what_announces_itself_is_found_and_told():
    there = [
        (WYOMING, "wyoming", 10700, ("satellite",)),
        ("_esphomelib._tcp.local.", "esphome", 6053, ()),
        ("_home-assistant._tcp.local.", "homeassistant", 8123, ()),
        ("_mqtt._tcp.local.", "mqtt", 1883, ()),
    ]
    async with browsing() as discovery, AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:
            for service_type, kind, port, _ in there:
                group.create_task(stack.enter_async_context(another(service_type, f"hearth-test-{kind}", port)))
        found = [await discovery.wait_for(kind, f"hearth-test-{kind}") for _, kind, _, _ in there]
        told = discovery.health().detail
    assert [(one.kind, one.host, one.port, one.offers) for one in found] == [
        (kind, "127.0.0.1", port, offers) for _, kind, port, offers in there
    ]
    assert "hearth-test-wyoming (wyoming, satellite) at 127.0.0.1:10700" in told


async def test_what_we_announce_is_found_by_others():
    ours = Announced("hearth-test-ours", 10301, ("127.0.0.1",))
    async with browsing(ours), browsing() as others:
        found = await others.wait_for("wyoming", "hearth-test-ours")
    assert (found.port, found.offers) == (10301, ("asr", "tts"))


async def test_nothing_is_known_once_it_ended():
    async with browsing() as discovery, another(WYOMING, "hearth-test-gone", 10700):
        await discovery.wait_for("wyoming", "hearth-test-gone")
    assert discovery.found == []
    assert discovery.health().condition is Condition.DEGRADED
