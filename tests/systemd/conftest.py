import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.systemd.lab import Machine, machine, why_not


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with Hearth installed on it, not running."""
    reason = why_not()
    if reason is not None:
        if os.environ.get("HEARTH_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with machine(tmp_path_factory.mktemp("lab"), Path(sys.executable).with_name("uv")) as booted:
        yield booted
