"""Satellites that are paired: what the command line asks of the daemon, and when anybody listens for them."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from daemon.config.satellites import PairingSection
from daemon.pairing import InvitationError, Pairing
from daemon.supervise import Condition
from devices.home import Home
from devices.model import Area, AreaId
from tests.voice.paired.pi import satellite, until
from voice.model import EngineError
from voice.paired.code import Code
from voice.paired.pairing import Belonging, pair
from voice.satellite import Satellite


class Serving:
    """Serves by noting whom; cannot if it is told so."""

    def __init__(self, problem: str = "") -> None:
        self.served: list[Satellite] = []
        self._problem = problem

    async def __call__(self, satellite: Satellite) -> None:
        self.served.append(satellite)
        if self._problem:
            raise EngineError(self._problem)
        await asyncio.Event().wait()


def kitchen() -> Home:
    home = Home()
    home.lay_out([], [Area(AreaId("kitchen"), "Kitchen", aliases=("cookery",))])
    return home


@asynccontextmanager
async def running(state: Path, serving: Serving | None = None, *, port: int = 0) -> AsyncGenerator[Pairing]:
    section = PairingSection(host="127.0.0.1", port=port)
    pairing = Pairing(section, state, kitchen(), serving or Serving(), taken=["hall"])
    async with asyncio.TaskGroup() as group:
        task = group.create_task(pairing.run())
        yield pairing
        task.cancel()


async def ask(pairing: Pairing, op: str, **fields: object) -> object:
    return await pairing.operations()[f"satellite.{op}"](fields)


async def invited(pairing: Pairing, **fields: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", await ask(pairing, "invite", **fields))


async def paired(pairing: Pairing, folder: Path, **fields: object) -> Belonging:
    made = await invited(pairing, **fields)
    return await pair(folder, "127.0.0.1", cast("int", made["port"]), Code.parsed(str(made["code"])))


async def test_nobody_listens_before_somebody_is_invited(tmp_path: Path):
    async with running(tmp_path) as pairing:
        await asyncio.sleep(0)
        assert await ask(pairing, "list") == []
        assert pairing.health().detail == "none"
        assert not (tmp_path / "satellites").exists()

        made = await invited(pairing, area="cookery")

        assert (made["name"], made["room"]) == ("kitchen", "Kitchen")
        assert (tmp_path / "satellites").stat().st_mode & 0o077 == 0


async def test_a_satellite_is_paired_served_and_sent_away(tmp_path: Path):
    serving = Serving()
    async with running(tmp_path, serving) as pairing:
        await paired(pairing, tmp_path / "pi", area="Kitchen")
        assert pairing.health().condition is Condition.DEGRADED
        assert "kitchen is away" in pairing.health().detail
        async with satellite(tmp_path / "pi"):
            await until(lambda: pairing.health().condition is Condition.FINE)
            (row,) = cast("list[Mapping[str, object]]", await ask(pairing, "list"))
            assert (row["name"], row["room"], row["present"]) == ("kitchen", "Kitchen", True)
            assert (serving.served[0].name, serving.served[0].room) == ("kitchen", "Kitchen")

            await ask(pairing, "revoke", name="kitchen")

        assert await ask(pairing, "list") == []


async def test_after_a_restart_it_is_let_in_without_being_asked_for(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    async with running(tmp_path, port=port) as pairing:
        await paired(pairing, tmp_path / "pi")
    async with running(tmp_path, port=port) as pairing, satellite(tmp_path / "pi"):
        await until(lambda: pairing.health().condition is Condition.FINE)


async def test_names_are_given_in_order_and_none_twice(tmp_path: Path):
    async with running(tmp_path) as pairing:
        await paired(pairing, tmp_path / "one", area="kitchen")
        assert (await invited(pairing, area="kitchen"))["name"] == "kitchen_2"
        assert (await invited(pairing))["name"] == "satellite"
        assert (await invited(pairing, name="By the Bed"))["name"] == "by_the_bed"
        # That is how a machine that broke is replaced.
        assert (await invited(pairing, name="kitchen"))["name"] == "kitchen"


@pytest.mark.parametrize(
    ("op", "fields", "code"),
    [
        ("invite", {"area": "moon"}, "unknown-area"),
        ("invite", {"name": "hall"}, "name-taken"),
        ("revoke", {"name": "moon"}, "unknown-satellite"),
        ("revoke", {}, "unknown-satellite"),
    ],
    ids=["room", "configured", "stranger", "nobody"],
)
async def test_what_cannot_be_is_told_with_what_there_is(
    tmp_path: Path, op: str, fields: Mapping[str, object], code: str
):
    async with running(tmp_path) as pairing:
        with pytest.raises(InvitationError) as refused:
            await ask(pairing, op, **fields)
    assert refused.value.code == code


async def test_a_satellite_that_cannot_be_served_is_told_of(tmp_path: Path):
    async with running(tmp_path, Serving("there is no recogniser")) as pairing:
        await paired(pairing, tmp_path / "pi")
        async with satellite(tmp_path / "pi"):
            await until(lambda: "there is no recogniser" in pairing.health().detail)


async def test_a_port_that_is_taken_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.pairing.OPEN_S", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        pairing = Pairing(PairingSection(host="127.0.0.1", port=taken.getsockname()[1]), tmp_path, kitchen(), Serving())
        async with asyncio.TaskGroup() as group:

            async def run() -> None:
                with suppress(OSError):
                    await pairing.run()

            group.create_task(run())
            with pytest.raises(InvitationError, match="no satellite can come in"):
                await ask(pairing, "invite")
    assert pairing.health().condition is Condition.DEGRADED


async def test_pairings_that_cannot_be_read_are_told_of_and_let_nobody_in(tmp_path: Path):
    (tmp_path / "satellites").mkdir()
    (tmp_path / "satellites" / "paired.json").write_text("{")
    pairing = Pairing(PairingSection(host="127.0.0.1", port=0), tmp_path, kitchen(), Serving())

    with pytest.raises(InvitationError, match="restore it from a backup"):
        await pairing.run()
    with pytest.raises(InvitationError, match="restore it from a backup"):
        await ask(pairing, "list")

    assert "restore it from a backup" in pairing.health().detail
