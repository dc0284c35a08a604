"""Whose reminders are told and cancelled: those of whoever asks, and nobody else's with them."""

from pathlib import Path

from tests.daemon.remembering.family import family


async def test_nobody_hears_or_cancels_what_others_are_reminded_of(tmp_path: Path) -> None:
    """Somebody cancelled all of their own reminders, and another's daily pills were gone with them."""
    async with family(tmp_path) as house:
        await house.says("anna", "remind me every day at nine to take my pills")
        await house.says("ben", "remind me at six to call mum")
        assert "pills" not in await house.says("ben", "what are my reminders?")
        assert "cancelled" in await house.says("ben", "cancel all my reminders")
        assert await house.says("ben", "what are my reminders?") == "You have no reminders."
        assert "pills" in await house.says("anna", "what are my reminders?")
