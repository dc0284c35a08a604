import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.errors import DaemonError
from daemon.lock import LockedError, locked

HOLD = """
import sys
from pathlib import Path
from daemon.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_daemon_is_refused_and_told_who_is_first(tmp_path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LockedError, match=f"process {holder.pid}"), locked(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with locked(tmp_path):
        assert (tmp_path / "hearth.lock").read_text().strip().isdigit()


def test_the_directory_is_made_for_its_owner_alone(tmp_path: Path):
    with locked(tmp_path / "new" / "state"):
        assert (tmp_path / "new" / "state").stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DaemonError, match="cannot write to the state directory"), locked(tmp_path / "file" / "state"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_what_belongs_to_another_is_left_alone(tmp_path: Path):
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(DaemonError, match="belongs to user 65534"), locked(tmp_path):
        pass
    assert not list(tmp_path.iterdir())
