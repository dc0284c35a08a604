"""Whose wish a plan is: of who approved it, over what was set before that, and nobody's over what was set since."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.household import Household
from daemon.journal import Wish
from daemon.precedence import Precedence
from daemon.presence import Presence
from skills.actions import DeviceCall, device_call
from skills.model import Action, Cause, CauseId, Origin, Risk
from tests.daemon.automating.house import NOON, house
from tests.daemon.house import LAMP
from tests.daemon.plans.house import ANN, CAUSE, KIM
from tests.doubles import ManualClock

STEP = Cause(CauseId("plan/p/a/1"), Origin.ROUTINE, ANN.id)


def wish(action: Action, cause: Cause) -> Wish:
    return Wish(action, cause, Risk.REVERSIBLE, "switch it", (LAMP,))


@pytest.mark.parametrize(
    ("approved_s", "by", "gives_way"),
    [(60.0, ANN, False), (-60.0, ANN, True), (60.0, KIM, True)],
    ids=["approved since", "set since", "approved by a child"],
)
def test_a_step_wins_over_what_was_set_before_its_plan_was_approved(approved_s: float, by: object, gives_way: bool):
    clock = ManualClock(NOON)
    twin = house(clock)
    household = Household({ANN.id: ANN, KIM.id: KIM})
    precedence = Precedence(twin.home, household, Presence(twin.home, household), clock)
    off, on = device_call([LAMP], "turn_off"), device_call([LAMP], "turn_on")
    twin.home.observe(LAMP, "off", at=NOON)
    precedence.take(wish(off, CAUSE), DeviceCall.model_validate(dict(off.arguments)))
    person = ANN.id if by is ANN else KIM.id
    at = NOON + timedelta(seconds=approved_s)
    precedence.approved = lambda _: (replace(CAUSE, person=person), at)
    assert bool(precedence.lost(wish(on, STEP), DeviceCall.model_validate(dict(on.arguments)))) is gives_way
