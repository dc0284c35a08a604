"""Tests of `daemon.tokens`: a button is good for one answer of one person to one notice, once, and not for ever."""

import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.notify.model import Answer, Answered
from daemon.store import Store
from daemon.tokens import KEY_FILE, LASTING, SecretFileError, TokenError, Tokens, secret_file, secret_key
from skills.model import PersonId
from tests.doubles import ManualClock

ANN = PersonId("ann")


@asynccontextmanager
async def tokens_in(state: Path, clock: ManualClock | None = None) -> AsyncGenerator[Tokens]:
    clock = clock or ManualClock()
    async with Store.open(state / "hearth.db", clock) as store:
        yield Tokens(secret_key(state), store, clock)


async def refused(tokens: Tokens, token: str) -> str:
    with pytest.raises(TokenError) as raised:
        await tokens.redeem(token)
    return raised.value.code


async def test_a_button_stands_for_the_answer_that_it_was_made_for(tmp_path: Path):
    clock = ManualClock()
    async with tokens_in(tmp_path, clock) as tokens:
        token = tokens.issue("due:7", Answer.SNOOZE, ANN, channel="ntfy")
        assert await tokens.redeem(token) == Answered("due:7", Answer.SNOOZE, "ntfy", clock.now(), ANN)


async def test_a_button_is_taken_once_over_a_restart_too(tmp_path: Path):
    async with tokens_in(tmp_path) as tokens:
        token = tokens.issue("due:7", Answer.DONE, ANN, channel="ntfy")
        await tokens.redeem(token)
        assert await refused(tokens, token) == "token-used"
    async with tokens_in(tmp_path) as tokens:
        assert await refused(tokens, token) == "token-used"


async def test_two_buttons_of_a_notice_are_two(tmp_path: Path):
    async with tokens_in(tmp_path) as tokens:
        one, other = (tokens.issue("due:7", Answer.DONE, ANN, channel="ntfy") for _ in range(2))
        await tokens.redeem(one)
        assert (await tokens.redeem(other)).key == "due:7"


async def test_an_old_button_is_refused_and_stays_so_if_the_clock_goes_back(tmp_path: Path):
    clock = ManualClock()
    async with tokens_in(tmp_path, clock) as tokens:
        used, unused = (tokens.issue("due:7", Answer.DONE, ANN, channel="email") for _ in range(2))
        await tokens.redeem(used)
        await clock.advance(LASTING + timedelta(days=20))
        assert await refused(tokens, unused) == "token-expired"
        await tokens.redeem(tokens.issue("due:8", Answer.DONE, ANN, channel="email"))
        await clock.set(clock.now() - LASTING - timedelta(days=20))
        assert await refused(tokens, used) == "token-used"


async def test_no_changed_button_is_taken(tmp_path: Path):
    async with tokens_in(tmp_path) as tokens:
        token = tokens.issue("due:7", Answer.DONE, ANN, channel="ntfy")
        body, signature = token.split(".")
        other_body, other_signature = tokens.issue("due:7", Answer.DONE, ANN, channel="ntfy").split(".")
        changed = [body[:at] + ("A" if body[at] != "A" else "B") + body[at + 1 :] for at in range(len(body) - 1)]
        tampered = [f"{one}.{signature}" for one in changed]
        tampered += [f"{body}.{other_signature}", f"{other_body}.{signature}", body, f"{body}.", f"{body}.{signature}A"]
        assert {await refused(tokens, one) for one in tampered} == {"token-invalid"}
        assert (await tokens.redeem(token)).key == "due:7"


@pytest.mark.parametrize("rubbish", ["", ".", "ä.ö", "a" * 5000, "W10.W10", "\0.\0", "..", "=.=", "🔥.🔥"])
async def test_what_is_no_token_is_refused_as_such(tmp_path: Path, rubbish: str):
    async with tokens_in(tmp_path) as tokens:
        assert await refused(tokens, rubbish) == "token-invalid"
        assert await tokens.pressed(rubbish) is None


async def test_another_house_signs_otherwise(tmp_path: Path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    async with tokens_in(tmp_path / "here") as here, tokens_in(tmp_path / "there") as there:
        assert await refused(there, here.issue("due:7", Answer.DONE, ANN, channel="ntfy")) == "token-invalid"


def test_only_its_owner_may_read_the_key_and_it_stays_the_same(tmp_path: Path):
    key = secret_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert secret_key(tmp_path) == key
    assert [entry.name for entry in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path: Path):
    secret_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(SecretFileError, match="chmod 600"):
        secret_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff\xfe", b"00" * 31])
def test_what_is_no_key_is_refused_and_not_replaced(tmp_path: Path, content: bytes):
    (tmp_path / KEY_FILE).write_bytes(content)
    (tmp_path / KEY_FILE).chmod(0o600)
    with pytest.raises(SecretFileError, match="delete it"):
        secret_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_what_a_kill_left_half_written_is_written_anew(tmp_path: Path):
    (tmp_path / "word.new").write_text("ha")
    assert secret_file(tmp_path / "word", lambda: "whole") == "whole"
    assert (tmp_path / "word").read_text() == "whole\n"
