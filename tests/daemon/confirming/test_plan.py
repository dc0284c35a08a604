"""The step of a plan that is about safety, in a house where somebody has a phone."""

from pathlib import Path

from devices.model import EntityId
from skills.actions import device_call
from skills.model import Cause, CauseId, Origin, PersonId
from skills.plans import PlanForm, plan_add, plan_start, step
from tests.daemon.plans.directing import directed

PEOPLE = [{"id": "ann", "name": "Ann", "role": "owner", "addresses": {"ntfy": "ann-phone"}}]
NTFY = {"ntfy": {"url": "http://127.0.0.1:9"}}
ASKED = "Shall I unlock Front Door? I have asked on your phone."


async def test_a_yes_in_the_talk_moves_it_nowhere_and_one_on_the_phone_does(tmp_path: Path):
    async with directed(tmp_path, people=PEOPLE, channels=NTFY) as house:
        gateway, cause = house.hearth.gateway, Cause(CauseId("drawn"), Origin.MODEL, PersonId("ann"))
        form = PlanForm(goal="Way in", steps=(step("door", device_call([EntityId("lock.front")], "unlock")),))
        await gateway.submit(plan_add(form), cause)
        one = house.plan()
        begun = Cause(CauseId("begun"), Origin.TEXT, PersonId("ann"))
        await gateway.submit(plan_start(one.id, one.digest), begun)
        await house.until_waiting()
        assert [(await house.said(text)).reply for text in ("confirm the plan", "yes")] == [ASKED, ASKED]
        assert house.twin.sent == []

        (waiting,) = gateway.pending()
        pressed = Cause(CauseId("pressed"), Origin.DASHBOARD, PersonId("ann"))
        assert (await gateway.confirm(waiting.id, pressed, where="ntfy")).verdict == "done"
        await house.until("done")
        assert [(call.entity, call.service) for call in house.twin.sent] == [("lock.front", "unlock")]
