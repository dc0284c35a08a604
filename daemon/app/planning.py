"""Plans and projects, as they are put together: what they stand on, and what of them runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from daemon.app.house import House
from daemon.app.keeping import Kept, keep_forgetting
from daemon.app.remembering import Remembered
from daemon.app.running import Run
from daemon.app.talking import Talking
from daemon.app.telling import Telling
from daemon.automating import Routines
from daemon.plans import Ground, Plans
from daemon.plans.agents import Agent
from daemon.plans.showing import PART
from daemon.reasoner.model import Model
from daemon.supervise import HealthTable

if TYPE_CHECKING:
    from daemon.mcp.servers import Servers


def plans_of(
    house: House,
    kept: Kept,
    routines: Routines,
    telling: Telling,
    remembered: Remembered,
    model: Model | None,
    servers: "Servers | None",
) -> Plans:
    """Return the plans; nothing is read yet, and nothing is done before the gateway is theirs."""
    ground = Ground(
        kept.store,
        kept.schedule,
        kept.clock,
        kept.zone,
        house.home,
        house.household,
        routines,
        house.place,
        telling.agenda,
        telling.calendars,
    )

    def agents() -> Sequence[Agent]:
        from daemon.agents.calendar import CalendarAgent
        from daemon.agents.house import HouseAgent
        from daemon.agents.lists import ListsAgent
        from daemon.agents.research import ResearchAgent
        from daemon.agents.writing import WritingAgent

        others: Sequence[Agent] = ()
        if servers is not None:
            from daemon.agents.lookup import LookupAgent

            others = (LookupAgent(servers),)
        shared = house.homeassistant is not None
        return (
            HouseAgent(house.home),
            CalendarAgent(telling.calendars),
            ListsAgent(telling.agenda, shared=shared),
            ResearchAgent(remembered.remembering),
            WritingAgent(model),
            *others,
        )

    return Plans(ground, agents)


def let_plan(plans: Plans, talking: Talking) -> None:
    """Give plans the door through which they act, and let skills read them."""
    plans.attach(talking.gateway)
    talking.ruling.precedence.approved = plans.approved
    talking.conversation.plan_by(plans)
    grammars = talking.understanding.grammars
    before = grammars.before
    grammars.before = lambda text: before(text) or plans.meaning(text)


def plan_runs(plans: Plans, kept: Kept, table: HealthTable) -> Sequence[Run]:
    """Return what runs for them; the table is told of plans that stand still."""
    table.ask(PART, plans.health)
    return [
        Run("plans", plans.run, critical=False, at_once=False),
        Run("old plans", lambda: keep_forgetting(kept.clock, [plans.forget]), at_once=False),
    ]
