"""What is kept of a talk: what people say, which may teach, and what was answered, which never does."""

from pathlib import Path

from daemon.conversation import Answer, Status
from daemon.household import Household, Person
from daemon.memory import Memory, MemoryId, Note
from daemon.remembering import Episodes, Opening
from daemon.store import Store
from skills.model import Cause, CauseId, Origin, PersonId, Utterance
from tests.doubles import ManualClock

ANNA = PersonId("anna")
INVENTED = "You told me that your sister Eva is visiting on Friday, since I am allergic to cats."


async def test_what_was_answered_is_found_and_becomes_no_fact(tmp_path: Path) -> None:
    """A model recalls, makes something up, and says it in words that would teach if a person said them."""
    clock, learned = ManualClock(), list[str]()
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        opening = Opening(lambda: Memory(store, clock), Household({ANNA: Person(ANNA, "Anna")}))
        episodes = Episodes(opening, clock, lambda person, area: False, days=30)

        async def conclude(note: Note, _: MemoryId) -> None:
            learned.append(note.text)

        episodes.conclude = conclude
        for day in range(8):
            said = f"who is coming on day {day}, my dear"
            cause = Cause(CauseId(f"c{day}"), Origin.VOICE, ANNA, said=said)
            episodes.note(Utterance(said, clock.now(), cause), Answer(INVENTED, Status.ANSWERED, "reasoner"))
            await episodes.flush()
        memory = await opening.memory()
        kept = await memory.listed(person=ANNA)
        facts = await memory.facts(person=ANNA)
    assert INVENTED in [one.note.text for one in kept]
    assert all(one.note.tainted for one in kept if one.note.text == INVENTED)
    assert INVENTED not in learned
    assert len(learned) == 8
    assert facts == []
