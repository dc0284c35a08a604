"""What keys open, and what they do not."""

import subprocess
import sys

import pytest

from daemon.sealing.keys import WrongKeyError, made, put_away, unwrapped
from tests.daemon.sealing.house import CHEAP, PASSPHRASE


def test_the_passphrase_gives_back_the_keys_and_nothing_else_does():
    wrapped, keys = made(PASSPHRASE, cost=CHEAP)
    assert unwrapped(wrapped, PASSPHRASE) == keys
    for wrong in ("seven green bottle", "Seven green bottles", "", "\ud800"):
        with pytest.raises(WrongKeyError):
            unwrapped(wrapped, wrong)


def test_what_was_put_away_is_opened_by_the_keys_at_its_place_only():
    wrapped, keys = made(PASSPHRASE, cost=CHEAP)
    record = put_away(wrapped.public, "anna\0note\0001", b"a secret")
    assert keys.take_out("anna\0note\0001", record) == b"a secret"
    assert put_away(wrapped.public, "anna\0note\0001", b"a secret") != record
    with pytest.raises(WrongKeyError):
        keys.take_out("anna\0note\0002", record)
    with pytest.raises(WrongKeyError):
        made(PASSPHRASE, cost=CHEAP)[1].take_out("anna\0note\0001", record)


@pytest.mark.parametrize("record", [b"", b"\0" * 32, b"\0" * 64, b"x" * 200], ids=["none", "short", "zeros", "rubbish"])
def test_rubbish_opens_to_nothing(record: bytes):
    _, keys = made(PASSPHRASE, cost=CHEAP)
    for opened in (keys.unseal, keys.take_out):
        with pytest.raises(WrongKeyError):
            opened("anna\0memory\0001", record)


def test_keys_are_not_printed():
    _, keys = made(PASSPHRASE, cost=CHEAP)
    assert keys.private.hex() not in repr(keys)
    assert repr(keys.private) not in repr(keys)


def test_a_daemon_in_which_nobody_seals_loads_nothing_that_encrypts():
    """What a house does not use costs it neither time at the start nor memory."""
    look = "import sys, daemon.app; print([name for name in sys.modules if name.startswith('daemon.sealing')])"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "['daemon.sealing', 'daemon.sealing.seals']"
