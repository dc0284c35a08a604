"""What is understood on the event loop, and what in a thread beside it."""

import asyncio
import threading
from collections.abc import Sequence

from daemon.grammars import LATE, MOST_THOUGHT_ABOUT, Grammars
from devices.home import Home
from skills.grammar.model import Completeness, Context, Decision, Outlook, Understanding

ACTING = Understanding(Decision.ACT)


class Slow:
    """An understander that needs long for all but what begins with "quick", until it is let go."""

    def __init__(self) -> None:
        self.let_go, self.began = threading.Event(), threading.Event()
        self.threads: list[str] = []

    def at_once(self, text: str, home: object, context: Context) -> Understanding | None:
        self.threads.append(threading.current_thread().name)
        return ACTING if text.startswith("quick") else None

    def understand(self, text: str, home: object, context: Context) -> Understanding:
        self.threads.append(threading.current_thread().name)
        self.began.set()
        assert self.let_go.wait(10)
        return ACTING

    def warm(self) -> None:
        pass

    def only_repeats(self, text: str) -> bool:
        raise NotImplementedError

    def outlook(self, text: str, home: object, context: Context) -> Outlook:
        return Outlook(Completeness.UNKNOWN, ACTING)

    def explain(self, text: str, home: object, context: Context) -> Sequence[str]:
        return []

    def examples(self, limit: int = 20) -> Sequence[str]:
        return []


async def test_what_takes_a_moment_stays_where_it_is():
    slow = Slow()
    assert await Grammars("en", lambda _: slow).understand("en", "quick", Home(), Context()) is ACTING
    assert slow.threads == [threading.current_thread().name]


async def test_others_are_understood_while_one_text_is_thought_about():
    slow = Slow()
    grammars = Grammars("en", lambda _: slow)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        hard = group.create_task(grammars.understand("en", "hard", Home(), Context()))
        assert await asyncio.to_thread(slow.began.wait, 10)
        assert await grammars.understand("en", "quick", Home(), Context()) is ACTING
        assert not hard.done()
        slow.let_go.set()
    assert hard.result() is ACTING


async def test_what_comes_while_too_much_is_thought_about_is_deferred():
    slow = Slow()
    grammars = Grammars("en", lambda _: slow)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for _ in range(MOST_THOUGHT_ABOUT):
            group.create_task(grammars.understand("en", "hard", Home(), Context()))
        assert await asyncio.to_thread(slow.began.wait, 10)
        refused = await grammars.understand("en", "hard", Home(), Context())
        slow.let_go.set()
    assert (refused.decision, refused.reason) == (Decision.DEFER, "busy")
    assert await grammars.understand("en", "hard", Home(), Context()) is ACTING


async def test_what_is_thought_about_for_too_long_is_deferred():
    slow = Slow()
    meant = await Grammars("en", lambda _: slow).understand("en", "hard", Home(), Context(), within_s=0.01)
    slow.let_go.set()
    assert (meant.decision, meant.reason) == (Decision.DEFER, LATE)


async def test_a_language_that_nobody_speaks_any_more_is_let_go_and_comes_back():
    grammars = Grammars("en", lambda _: Slow(), unused_s=0.02)
    await grammars.hold("fr")
    first = await grammars.of("de")
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(grammars.run())
        while grammars.loaded("de") is not None:
            await asyncio.sleep(0)
        running.cancel()
    assert grammars.loaded("en") is not None
    assert grammars.loaded("fr") is not None
    assert grammars.spoken == ("en", "fr", "de")
    assert await grammars.of("de") is not first


async def test_only_so_many_languages_are_loaded_that_no_room_is_spoken_to_in():
    grammars = Grammars("en", lambda _: Slow())
    for language in ("de", "fr", "de", "nl", "sv"):
        await grammars.of(language)
    assert [one for one in ("en", "de", "fr", "nl", "sv") if grammars.loaded(one)] == ["en", "nl", "sv"]
