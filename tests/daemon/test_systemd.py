import asyncio
import os
import re
import socket
import subprocess
from pathlib import Path
from shutil import which

import pytest

from daemon.systemd import DEMO, Notifier, state_directory

UNIT = Path(__file__).parents[2] / "systemd" / "hearth.service"
MOST_EXPOSURE = 1.5


@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_lines_arrive_at_the_socket(tmp_path: Path, abstract: bool):
    name = f"@hearth-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name[1:] if abstract else name)
        Notifier({"NOTIFY_SOCKET": name}).tell("READY=1", "STATUS=fine")
        assert systemd.recv(100) == b"READY=1\nSTATUS=fine"


def test_without_systemd_nothing_happens(tmp_path: Path):
    Notifier({}).tell("READY=1")
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "patience_s"),
    [({"WATCHDOG_USEC": "3000000"}, 3.0), ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None), ({}, None)],
)
def test_the_watchdog_is_ours_only_if_it_says_so(environment: dict[str, str], patience_s: float | None):
    assert Notifier(environment).watchdog_s == patience_s


async def test_a_stuck_part_stops_the_heartbeat(tmp_path: Path):
    alive = True
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"})
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            beating = group.create_task(notifier.heartbeat(lambda: alive, lambda: "fine"))
            assert await loop.sock_recv(systemd, 100) == b"WATCHDOG=1"
            assert await loop.sock_recv(systemd, 100) == b"STATUS=fine"
            assert await loop.sock_recv(systemd, 100) == b"WATCHDOG=1"
            alive = False
            await asyncio.sleep(0.05)
            beating.cancel()
        left = 0
        try:
            while systemd.recv(100):
                left += 1
        except BlockingIOError:
            pass
        assert left <= 2, "the heartbeat went on although a part was stuck"


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (Path("/given"), {"STATE_DIRECTORY": "/x"}, "/given"),
        (None, {"STATE_DIRECTORY": "/var/lib/hearth:/other"}, "/var/lib/hearth"),
        (None, {"XDG_STATE_HOME": "/xdg", "HOME": "/home/me"}, "/xdg/hearth"),
        (None, {"HOME": "/home/me"}, "/home/me/.local/state/hearth"),
    ],
)
def test_where_state_is_kept(given: Path | None, environment: dict[str, str], expected: str):
    assert str(state_directory(given, environment)) == expected


def test_the_service_of_the_machine_is_found_by_whoever_may_change_it(tmp_path: Path):
    mine = Path("/home/me/.local/state/hearth")
    found = [
        state_directory(given, {"HOME": "/home/me"}, service=service)
        for given, service in [(None, tmp_path), (Path("/given"), tmp_path), (None, tmp_path / "none"), (None, None)]
    ]
    assert found == [tmp_path, Path("/given"), mine, mine]


@pytest.mark.skipif(which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_unit_is_hardened_and_says_so():
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(UNIT)], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"exposure level for hearth.service: ([\d.]+)", told)
    assert found, told
    assert float(found[1]) <= MOST_EXPOSURE


def test_the_unit_does_not_restart_on_what_cannot_get_better():
    unit = UNIT.read_text()
    assert "RestartPreventExitStatus=78" in unit
    assert "Type=notify" in unit
    assert "IPAddressDeny=any" in unit


def test_a_demo_keeps_its_state_beside_that_of_a_house():
    assert str(state_directory(None, {"XDG_STATE_HOME": "/xdg"}, name=DEMO)) == "/xdg/hearth-demo"
