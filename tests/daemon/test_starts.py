"""Starts that do not last are counted; one that lasts, or ends as it should, ends the count."""

from pathlib import Path

import pytest

from daemon.starts import FILE, MANY, begin, forget


def test_starts_that_do_not_last_are_counted(tmp_path: Path) -> None:
    assert [begin(tmp_path) for _ in range(MANY + 3)] == [0, 1, 2, 3, 3, 3]


def test_a_start_that_lasts_ends_the_count(tmp_path: Path) -> None:
    for _ in range(MANY):
        begin(tmp_path)
    forget(tmp_path)
    assert begin(tmp_path) == 0


@pytest.mark.parametrize("rubbish", [b"", b"many\n", b"-4", b"\xff\xfe", b"9" * 40])
def test_a_broken_count_never_keeps_the_daemon_from_starting(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / FILE).write_bytes(rubbish)
    assert 0 <= begin(tmp_path) <= MANY


def test_a_state_that_cannot_be_written_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert [begin(tmp_path) for _ in range(5)] == [0] * 5
