"""A machine that is not there: a real systemd as process 1 of a container made of this machine's own ``/usr``.

Its root is a directory with a skeleton of ``/etc``; its namespaces and mounts end with it. Needs root and cgroup2, and
neither network nor images. The one thing of the unit that it cannot show is ``MemoryMax``.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent
SYSTEMD = Path("/usr/lib/systemd/systemd")
PYTHON = Path("/usr/bin/python3")
"""The distribution's: others may lie below /root or /home, which the unit does not see."""
COMMANDS = ("ip", "mount", "nsenter", "pivot_root", "setpriv", "unshare")
HEARTH = "/opt/hearth/.venv/bin/hearth"
STATE = "/var/lib/hearth"
BOOT_S = 60.0
COMMAND_S = 90.0
STOP_S = 20.0

_PATH = "PATH=/usr/sbin:/usr/bin"
_FOLDERS_OF_OURS = (".ci", "daemon", "devices", "skills", "systemd", "voice")
_FILES_OF_OURS = ("LICENSE", "README.md", "pyproject.toml", "uv.lock")
_FOLDERS = ("dev", "etc", "home", "mnt", "opt/hearth", "proc", "root", "run", "srv", "sys", "tmp", "usr", "var/tmp")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "etc/group": "root:x:0:\naudio:x:29:\nnogroup:x:65534:\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/hostname": "lab\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "etc/systemd/journald.conf": "[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n",
    "etc/systemd/system/default.target": "[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n",
}
_EARLY = ("sysinit", "sockets", "local-fs", "timers")
_KEPT = {"systemd-journald.service", "systemd-journald.socket", "systemd-journald-dev-log.socket"}
"""What is kept of the distribution's early units: the rest is about hardware, disks and consoles."""

Ended = subprocess.CompletedProcess[str]


def why_not() -> str | None:
    """Return in one line why there can be no lab here, or ``None``."""
    if os.geteuid() != 0:
        return "a systemd of its own needs root"
    missing = [name for name in COMMANDS if shutil.which(name) is None]
    missing += [str(file) for file in (SYSTEMD, PYTHON) if not file.exists()]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if _cgroups() is None:
        return "no cgroup2 is mounted"
    new_enough = _ended(str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))").returncode == 0
    return None if new_enough else f"{PYTHON} is older than 3.11"


@dataclass(frozen=True, slots=True)
class Machine:
    """A lab that has booted."""

    root: Path
    pid: int
    """Of its process 1, as this machine numbers it."""

    def run(self, *command: str, text: str | None = None) -> Ended:
        """Run a command in there as root, to its end."""
        return _ended(*self.inside(*command), text=text)

    def inside(self, *command: str) -> list[str]:
        """Return the command that runs `command` in there."""
        return ["nsenter", "--target", str(self.pid), "--all", "env", "-i", _PATH, *command]

    def hearth(self, *arguments: str) -> Ended:
        """Run the command line as root does."""
        return self.run(HEARTH, *arguments)

    def show(self, name: str) -> str:
        """Return a property of the service, see systemctl(1)."""
        return self.run("systemctl", "show", "--value", "--property", name, "hearth").stdout.strip()

    def systemctl(self, *arguments: str) -> None:
        """Have systemd do something; an error is the test's."""
        ended = self.run("systemctl", *arguments)
        assert ended.returncode == 0, f"{ended.stderr}\n{self.log()}"

    def log(self) -> str:
        """Return what the journal has of the service: its own words and systemd's about it."""
        return self.run("journalctl", "--no-pager", "--output", "cat", "--unit", "hearth").stdout

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file in there that belongs to its root."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def copy(self, source: Path, path: str) -> None:
        """Copy a file or a folder of this machine into there."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)

    def wait(self, holds: Callable[[], bool], within_s: float = COMMAND_S) -> None:
        """Return as soon as something holds; an error with the log when it does not."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, self.run("systemctl", "status", "hearth").stdout + self.log()
            time.sleep(0.05)


@contextmanager
def machine(folder: Path, uv: Path) -> Generator[Machine]:
    """Install Hearth, boot, do what the README says, and end it all afterwards."""
    installation, root = folder / "installation", folder / "root"
    _install(installation, uv)
    _furnish(root)
    try:
        with _booted(root, installation, folder / "console") as pid:
            lab = Machine(root, pid)
            _set_up(lab, installation / "systemd")
            yield lab
    finally:
        shutil.rmtree(installation)


def _install(installation: Path, uv: Path) -> None:
    installation.mkdir()
    for name in _FOLDERS_OF_OURS:
        shutil.copytree(REPOSITORY / name, installation / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES_OF_OURS:
        shutil.copy2(REPOSITORY / name, installation)
    ended = _ended("unshare", "--mount", "sh", str(HERE / "install.sh"), str(installation), str(uv))
    if ended.returncode != 0:
        raise RuntimeError(f"Hearth could not be installed: {ended.stdout}{ended.stderr}")


def _furnish(root: Path) -> None:
    for name in _FOLDERS:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    (root / "var/tmp").chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    for name, text in _FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    shutil.copy2("/etc/ld.so.cache", root / "etc")
    for target in _EARLY:
        for unit in (SYSTEMD.parent / "system" / f"{target}.target.wants").glob("*"):
            if unit.name not in _KEPT:
                (root / "etc/systemd/system" / unit.name).symlink_to("/dev/null")


def _set_up(lab: Machine, ours: Path) -> None:
    """Do what the README says after the installation."""
    lab.write("/etc/sysusers.d/hearth.conf", (ours / "hearth.sysusers").read_text())
    lab.write("/etc/systemd/system/hearth.service", (ours / "hearth.service").read_text())
    for command in (["systemd-sysusers"], ["systemctl", "daemon-reload"]):
        ended = lab.run(*command)
        if ended.returncode != 0:
            raise RuntimeError(f"{command}: {ended.stderr}")


@contextmanager
def _booted(root: Path, installation: Path, console: Path) -> Generator[int]:
    """Boot, and yield the number of process 1 on this machine; nothing of it is left afterwards."""
    mounted = _cgroups()
    assert mounted is not None
    cgroup = mounted / f"hearth-lab-{os.getpid()}"
    cgroup.mkdir()
    apart = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--net", "--cgroup", "--kill-child=SIGKILL"]
    # The lab must not outlive whoever started it, however that ends.
    command = ["setpriv", "--pdeathsig", "KILL", *apart, "sh", str(HERE / "boot.sh"), str(root), str(installation)]
    with console.open("wb") as sink:
        process = subprocess.Popen(
            ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', str(cgroup), *command],
            stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
        )  # fmt: skip
    try:
        yield _process_1(process, console)
    finally:
        process.kill()
        process.wait()
        _remove(cgroup)


def _process_1(process: subprocess.Popen[bytes], console: Path) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + BOOT_S
    while process.poll() is None and time.monotonic() < deadline:
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                state = Machine(Path("/"), int(child)).run("systemctl", "is-system-running").stdout.strip()
                if state in ("running", "degraded"):
                    return int(child)
        time.sleep(0.05)
    raise RuntimeError(f"systemd did not boot: {console.read_text()[-3000:]}")


def _remove(cgroup: Path) -> None:
    """Remove a cgroup and those below it, once what was killed in them is gone."""
    deadline = time.monotonic() + STOP_S
    while cgroup.exists():
        for below in sorted(cgroup.rglob("*/"), reverse=True):
            _try_to_remove(below)
        _try_to_remove(cgroup)
        if time.monotonic() > deadline:
            raise RuntimeError(f"{cgroup} is still in use")
        time.sleep(0.02)


def _try_to_remove(cgroup: Path) -> None:
    try:
        cgroup.rmdir()
    except OSError:
        return


def _cgroups() -> Path | None:
    mounts = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    return next((Path(where) for _, where, kind, *_ in mounts if kind == "cgroup2"), None)


def _ended(*command: str, text: str | None = None) -> Ended:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=COMMAND_S)
