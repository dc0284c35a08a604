"""The bench on which a skill is tried: say something, look at the reply and at what it wishes for.

Nothing is carried out, since that takes the daemon's gateway; to see what a device would make of a wish, give it to
`devices.twin.Twin`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from devices.home import Home
from devices.model import NOTHING, AreaId, Entity, EntityId
from skills.api import Skill
from skills.automated import NoRoutines, RoutinesView
from skills.grammar.model import Context, Decision, Understander
from skills.language import speaking
from skills.model import Cause, CauseId, Match, Origin, Reply, Request, Utterance
from skills.planned import NoPlans, PlansView
from skills.registry import Registry, registered
from skills.views import AgendaView, CalendarView, Happening, NoAgenda, NoCalendar, NoNotices, NoticesView

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""The bench's time unless told otherwise: a Monday, on no day when clocks change."""


class Past:
    """A journal made of what the test says: fulfils `skills.views.JournalView`."""

    def __init__(self, happenings: Sequence[Happening] = ()) -> None:
        self.happenings = list(happenings)
        """Newest first."""

    async def recent(self, *, limit: int = 20, entity: EntityId | None = None) -> Sequence[Happening]:
        """Return the newest happenings, of one entity if given."""
        return [h for h in self.happenings if entity is None or entity in h.targets][:limit]


class Bench:
    """One or more skills over a house. The sentences are Home Assistant's, Hearth's, and the skills' own."""

    def __init__(
        self,
        *skills: Skill,
        home: Home | None = None,
        now: datetime = NOON,
        journal: Past | None = None,
        agenda: AgendaView | None = None,
        calendar: CalendarView | None = None,
        notices: NoticesView | None = None,
        routines: RoutinesView | None = None,
        plans: PlansView | None = None,
        settings: Mapping[str, object] = NOTHING,
        language: str = "en",
    ) -> None:
        """`settings` are given to every skill on the bench that takes any; `language` is heard and spoken."""
        self.home = home or Home()
        self.now = now
        self.language = language
        self.journal = journal or Past()
        self.agenda = agenda or NoAgenda()
        self.calendar = calendar or NoCalendar()
        self.notices = notices or NoNotices()
        self.routines = routines or NoRoutines()
        self.plans = plans or NoPlans()
        tables = {skill.name: settings for skill in skills if skill.settings is not None}
        self.registry: Registry = registered(*skills, settings=tables)
        for row in self.registry.rows:
            if row.error is not None:
                raise ValueError(f"skill {row.name!r} is not enabled: {row.error}")
        self._understander: Understander | None = None

    async def hear(self, text: str, *, area: AreaId | None = None) -> Reply:
        """Return what the skills answer to the words, said in an area.

        Raises:
            LookupError: no sentence covers the words, or no skill on the bench answers for them; the message says why.
        """
        from skills import grammar

        if self._understander is None:
            self._understander = grammar.load(self.language, self.registry.documents(self.language))
        understood = self._understander.understand(text, self.home, Context(area=area))
        if understood.decision is not Decision.ACT:
            raise LookupError(f"{text!r} is not understood: {understood.decision} ({understood.reason})")
        with speaking(self.language):
            replies = [await self.answer(match, text, area=area) for match in understood.matches]
        return _as_one(replies)

    async def answer(self, match: Match, text: str = "", *, area: AreaId | None = None) -> Reply:
        """Return what the skills answer to a sentence that was understood already.

        Raises:
            LookupError: no skill on the bench answers for it.
        """
        found = (self.home.entity(target) for target in match.targets)
        targets: list[Entity] = [entity for entity in found if entity is not None]
        replies: list[Reply] = []
        for handler, part in self.registry.split(match.intent, targets):
            if handler is None:
                raise LookupError(f"no skill on the bench answers {match.intent!r} for {[e.id for e in part]}")
            cause = Cause(CauseId("bench"), Origin.TEXT, area=area, said=text)
            utterance = Utterance(text, self.now, cause, area, self.language)
            request = Request(
                utterance,
                match,
                part,
                self.home,
                self.journal,
                self.now,
                agenda=self.agenda,
                calendar=self.calendar,
                notices=self.notices,
                routines=self.routines,
                plans=self.plans,
            )
            replies.append(await handler(request))
        return _as_one(replies)


def _as_one(replies: Sequence[Reply]) -> Reply:
    asked = next((reply.ask for reply in replies if reply.ask is not None), None)
    return Reply(" ".join(reply.text for reply in replies), [wish for reply in replies for wish in reply.do], asked)
