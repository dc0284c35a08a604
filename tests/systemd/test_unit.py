"""Our unit as it is, under a real systemd: what it promises, and that what we need works behind its walls."""

import json
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.systemd.lab import HEARTH, STATE, Machine
from tests.voice.sounds import TINY, save, speech
from tests.voice.tinyvoice import tiny_voice
from voice.audio import level_dbfs, read_wav

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(180)]

Start = Callable[..., None]
DROP_IN = "/etc/systemd/system/hearth.service.d/lab.conf"
BROKER = '[mqtt]\nhost = "127.0.0.1"\nport = 1883\n'
LISTENER = """
import socket
with socket.create_server(("", 1884)) as server:
    print("listening", flush=True)
    while True:
        with server.accept()[0] as client:
            print(client.getsockname()[0], client.recv(4096), flush=True)
"""
"""Prints for each connection which of our addresses was called, and what came first."""
CALL = ("/usr/bin/python3", "-c", "import socket, sys; socket.create_connection((sys.argv[1], 1884)).send(b'hello')")
AS_ITS_USER = ("setpriv", "--reuid", "hearth", "--regid", "hearth", "--clear-groups")
NEIGHBOUR, STRANGER = "192.168.77.1", "203.0.113.1"
"""Addresses that boot.sh gives to this machine."""


@pytest.fixture
def start(lab: Machine) -> Iterator[Start]:
    """Starts the service with this configuration, and with these settings of the unit changed."""

    def start(configuration: str = "", *, settings: str = "") -> None:
        lab.write("/etc/hearth/hearth.toml", configuration)
        lab.write(DROP_IN, f"[Service]\n{settings}\n")
        lab.systemctl("daemon-reload")
        lab.systemctl("start", "hearth")

    yield start
    lab.run("systemctl", "stop", "hearth")
    lab.run("systemctl", "reset-failed", "hearth")
    lab.run("rm", "-rf", STATE)
    lab.run("journalctl", "--rotate", "--vacuum-size=1")


@contextmanager
def beside(lab: Machine, *command: str) -> Generator[Callable[[], str]]:
    """Run a program beside the service while the block lasts; yield what reads its next line."""
    # nsenter passes no signal on, so the program is to end with it.
    inside = lab.inside("setpriv", "--pdeathsig", "KILL", *command)
    with subprocess.Popen(inside, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline
        finally:
            process.kill()
            process.stdout.read()


@contextmanager
def simulated_house(lab: Machine) -> Generator[None]:
    """Run the simulated house and its broker beside the service."""
    python = HEARTH.replace("bin/hearth", "bin/python")
    arguments = ("--broker", "1883", "--pace", "0.2", "--controlled")
    with beside(lab, python, "-P", "-m", "devices.simulation", *arguments) as line:
        assert json.loads(line())["ready"]
        yield


def active(lab: Machine, restarts: int = 0) -> bool:
    return (lab.show("ActiveState"), lab.show("NRestarts")) == ("active", str(restarts))


def test_it_starts_as_its_own_user_behind_its_walls(lab: Machine, start: Start):
    start()
    status = lab.run("cat", f"/proc/{lab.show('MainPID')}/status").stdout
    kept = {name: value.strip() for name, _, value in (line.partition(":") for line in status.splitlines())}
    assert lab.show("ActiveState") == "active"
    assert lab.run("stat", "--format", "%U %a", f"/proc/{lab.show('MainPID')}", STATE).stdout.split() == [
        "hearth", "555", "hearth", "700",
    ]  # fmt: skip
    assert (kept["NoNewPrivs"], kept["Seccomp"], int(kept["CapBnd"], 16)) == ("1", "2", 0)


def test_it_answers_and_says_how_it_is(lab: Machine, start: Start):
    start()
    answer = lab.hearth("ask", "what time is it")
    lab.wait(lambda: "0 entities" in lab.show("StatusText"))
    assert answer.returncode == 0
    assert answer.stdout.startswith("It's ")
    assert 'Status: "0 entities' in lab.run("systemctl", "status", "hearth").stdout


def test_a_kill_loses_nothing_and_it_is_back(lab: Machine, start: Start):
    with simulated_house(lab):
        start(BROKER)
        lab.wait(lambda: lab.hearth("ask", "turn on the kitchen light").returncode == 0)
        lab.run("kill", "-KILL", lab.show("MainPID"))
        lab.wait(lambda: active(lab, restarts=1))
        verified = lab.hearth("journal", "verify")
        written = lab.hearth("journal", "--json").stdout
    assert verified.returncode == 0, verified
    assert "light.kitchen_light" in written


def test_one_that_hangs_is_started_again(lab: Machine, start: Start):
    start(settings="WatchdogSec=2s")
    lab.run("kill", "-STOP", lab.show("MainPID"))
    lab.wait(lambda: active(lab, restarts=1))
    assert "Watchdog timeout" in lab.log()
    assert lab.hearth("journal", "verify").returncode == 0


def test_it_stops_when_asked(lab: Machine, start: Start):
    start()
    lab.systemctl("stop", "hearth")
    assert (lab.show("Result"), lab.show("ExecMainStatus"), lab.show("ActiveState")) == ("success", "0", "inactive")


def test_a_broken_configuration_is_not_tried_again(lab: Machine, start: Start):
    with pytest.raises(AssertionError, match="unknown key 'hots' in"):
        start('[mqtt]\nhots = "127.0.0.1"\n')
    assert (lab.show("ExecMainStatus"), lab.show("NRestarts"), lab.show("ActiveState")) == ("78", "0", "failed")


def test_a_second_one_is_refused(lab: Machine, start: Start):
    start()
    second = lab.run(*AS_ITS_USER, HEARTH, "run", "--state", STATE)
    assert second.returncode == 78
    assert f"process {lab.show('MainPID')}" in second.stderr
    assert active(lab)


def test_a_backup_is_brought_back_by_its_user_alone(lab: Machine, start: Start):
    """Root could, and the service would not read what root wrote."""
    start()
    assert lab.hearth("backup", f"{STATE}/copy").returncode == 0
    lab.run("chown", "hearth", f"{STATE}/copy")
    lab.systemctl("stop", "hearth")
    by_root = lab.hearth("restore", f"{STATE}/copy")
    by_its_user = lab.run(*AS_ITS_USER, HEARTH, "restore", f"{STATE}/copy")
    lab.systemctl("start", "hearth")
    assert (by_root.returncode, by_its_user.returncode) == (78, 0), by_root.stderr + by_its_user.stderr
    assert lab.hearth("journal", "verify").returncode == 0


@pytest.mark.parametrize(
    ("recognizer", "voice"),
    [("vosk", "piper"), ("vosk", "espeak"), ("embedded", "espeak")],
)
def test_it_hears_and_speaks(lab: Machine, start: Start, tmp_path: Path, recognizer: str, voice: str):
    (tmp_path / "voice").mkdir()
    voice_file = tiny_voice(tmp_path / "voice")
    lab.run("rm", "-rf", "/srv/speech")
    lab.copy(TINY, "/srv/speech/model")
    lab.copy(voice_file.parent, "/srv/speech/voice")
    lab.copy(save(tmp_path / "said.wav", speech("what time is it")), "/srv/speech/said.wav")
    lines = ['vosk_model = "/srv/speech/model"'] if recognizer == "vosk" else []
    lines += [f'piper_voice = "/srv/speech/voice/{voice_file.name}"'] if voice == "piper" else []
    start("\n".join(["[voice]", *lines]))
    heard = lab.hearth("listen", "/srv/speech/said.wav", "--reply", "/srv/speech/reply.wav")
    assert heard.returncode == 0, heard.stderr + lab.log()
    assert "what time is it" in heard.stderr
    assert level_dbfs(read_wav(lab.root / "srv/speech/reply.wav")) > -30
    assert "WARNING" not in lab.log()


def test_a_voice_that_it_may_not_read_is_named_and_the_answer_spoken(lab: Machine, start: Start, tmp_path: Path):
    """As it is when root pulled it with a umask of 077."""
    lab.copy(tiny_voice(tmp_path).parent, "/srv/locked")
    (lab.root / "srv/locked").chmod(0o700)
    lab.copy(save(tmp_path / "said.wav", speech("what time is it")), "/srv/said.wav")
    start('[voice]\npiper_voice = "/srv/locked/tiny.onnx"\n')
    heard = lab.hearth("listen", "/srv/said.wav", "--reply", "/srv/reply.wav")
    assert heard.returncode == 0, heard.stderr
    assert level_dbfs(read_wav(lab.root / "srv/reply.wav")) > -30
    assert "Permission denied: '/srv/locked/tiny.onnx'" in lab.log()


def test_it_reaches_a_neighbour_and_nobody_outside(lab: Machine, start: Start):
    with beside(lab, "/usr/bin/python3", "-c", LISTENER) as line:
        assert line() == "listening\n"
        start(f'[mqtt]\nhost = "{STRANGER}"\nport = 1884\n')
        if "does not support BPF" in lab.run("journalctl", "--no-pager").stdout:
            pytest.skip("this kernel lets systemd filter no addresses")
        lab.wait(lambda: "cannot be reached" in lab.log())
        lab.run(*CALL, STRANGER)
        # The first to arrive is not the service, and others do arrive.
        assert line() == f"{STRANGER} b'hello'\n"
        lab.systemctl("stop", "hearth")
        start(f'[mqtt]\nhost = "{NEIGHBOUR}"\nport = 1884\n')
        assert line().startswith(NEIGHBOUR)


def test_a_credential_is_read(lab: Machine, start: Start):
    lab.write("/etc/hearth/mqtt-password", "correct horse\n", 0o600)
    with beside(lab, "/usr/bin/python3", "-c", LISTENER) as line:
        assert line() == "listening\n"
        start(
            '[mqtt]\nhost = "127.0.0.1"\nport = 1884\nusername = "us"\npassword_file = "credential:mqtt-password"\n',
            settings="LoadCredential=mqtt-password:/etc/hearth/mqtt-password",
        )
        assert "correct horse" in line()
    assert lab.hearth("check").returncode == 0


def test_systemd_finds_nothing_to_complain_about(lab: Machine):
    verified = lab.run("systemd-analyze", "verify", "hearth.service")
    exposed = lab.run("systemd-analyze", "security", "--threshold=15", "hearth.service")
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    assert exposed.returncode == 0, exposed.stdout
