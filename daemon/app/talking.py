"""What turns words into wishes and wishes into effects: sentences, learning, gateway, conversation, ears."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from daemon.announcing import PassingOn
from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.remembering import Remembered
from daemon.app.ruling import Ruling, losers_of, ruling_of
from daemon.app.telling import Telling
from daemon.automating import Routines
from daemon.config import Config
from daemon.confirming import Confirming
from daemon.conversation import Conversation
from daemon.dawn import Dawn
from daemon.firing import Firing
from daemon.gateway import Gateway
from daemon.gateway.rules import Rules
from daemon.grammars import Grammars
from daemon.handing import Handing
from daemon.learning import Learning
from daemon.listening import Ears
from daemon.operations import (
    AgendaOperations,
    AskingOperations,
    Fields,
    HouseOperations,
    Operations,
    PastOperations,
    PlanOperations,
    RecordOperations,
    RoutineOperations,
    VoiceOperations,
)
from daemon.operations.household import HouseholdOperations
from daemon.operations.questions import QuestionOperations
from daemon.operations.seals import SealOperations
from daemon.past import Past
from daemon.plans import Plans
from daemon.reasoner.reasoner import Reasoner
from daemon.sentences import FOLDER, Sentences
from daemon.supervise import HealthTable
from daemon.voices import Voices
from devices.home import Home
from skills.effect import Effect
from skills.model import PersonId
from skills.registry import Registry


class Owner(Protocol):
    """A part with effects of its own."""

    def effects(self) -> Sequence[Effect]:
        """Return them."""
        ...


@dataclass(frozen=True, slots=True)
class Understanding:
    """What knows the sentences: those that are read, and those that are heard."""

    sentences: Sentences
    grammars: Grammars
    ears: Ears


@dataclass(frozen=True, slots=True)
class Talking:
    """What a sentence passes once it is understood."""

    understanding: Understanding
    learning: Learning
    gateway: Gateway
    conversation: Conversation
    dawn: Dawn
    ruling: Ruling
    confirming: Confirming
    handing: Handing | None
    """``None`` where there is no Home Assistant to hand anything over to."""


def understanding_of(config: Config, state: Path, home: Home, registry: Registry) -> Understanding:
    """Return what understands the house's language; compiled when the first sentence needs it."""
    people = {PersonId(person.id): person.name for person in config.people}
    sentences = Sentences(registry, config.skills.sentences or state / FOLDER, state / "cache", people)
    grammars = Grammars(config.home.language.split("-")[0], sentences.engine, sentences.keep)
    return Understanding(sentences, grammars, Ears(config, state, home, grammars))


async def talking_of(
    house: House,
    kept: Kept,
    telling: Telling,
    understanding: Understanding,
    registry: Registry,
    remembered: Remembered,
    reasoner: Reasoner | None,
    *more: Owner,
) -> Talking:
    """Return the gateway with every effect there is, those of `more` too, and the conversation in front of it.

    Raises:
        StoreError: what was learned or told cannot be read.
    """
    grammars = understanding.grammars
    learning = Learning(kept.store, kept.clock, house.home, grammars, kept.journal, knows=understanding.ears.knows)
    await learning.begin()
    handing = Handing(house.homeassistant) if house.homeassistant is not None else None
    if handing is not None:
        grammars.before = handing.meaning
    handed = [handing] if handing is not None else []
    ruling = await ruling_of(house, kept)
    owners: Sequence[Owner] = (learning, remembered.remembering, registry, ruling, *handed, *more)
    gateway = _gateway_of(house, kept, telling, owners, ruling.rules)
    gateway.tell_loser = losers_of(house, telling, kept).tell
    conversation = Conversation(
        house.home,
        registry,
        grammars,
        gateway,
        kept.journal,
        clock=kept.clock,
        zone=kept.zone,
        agenda=telling.agenda,
        calendar=telling.calendars,
        learning=learning,
        notices=telling.notify.view,
        watches=telling.proactive,
        memory=remembered.remembering,
        reasoner=reasoner,
        place=house.place,
        heard=house.presence.heard,
    )
    conversation.obey_rights(ruling.lending)
    conversation.tongues.at_home = house.household.language_of
    await _remember(remembered, gateway, telling, conversation)
    await _firing_of(kept, telling, conversation).tell_aside()
    dawn = Dawn(kept.schedule, house.home, gateway.submit, kept.clock)
    dawn.colour_of = lambda person: remembered.heeding.of(person, "wake light")
    telling.reminders.listen(dawn.refresh)
    confirming = _confirming_of(house, kept, telling, gateway)
    return Talking(understanding, learning, gateway, conversation, dawn, ruling, confirming, handing)


async def _remember(remembered: Remembered, gateway: Gateway, telling: Telling, conversation: Conversation) -> None:
    """Have what people said once count from now on, and what they say be noted."""
    heeding = remembered.heeding
    gateway.heed, heeding.foresee = heeding.judge, conversation.foresee
    telling.notify.hush(heeding.hushed)
    conversation.attend(remembered.attending)
    await heeding.refresh()
    await remembered.tending.begin()
    conversation.listen(remembered.tending.note)
    if remembered.episodes is not None:
        conversation.listen(remembered.episodes.note)
    if remembered.embedding is not None:
        conversation.listen(remembered.embedding.note)


def _gateway_of(house: House, kept: Kept, telling: Telling, more: Sequence[Owner], rules: Rules) -> Gateway:
    owners: Sequence[Owner] = (
        house.actuate,
        telling.reminders,
        telling.insisting,
        telling.proactive,
        telling.lists,
        telling.notify,
        telling.calendars,
        PassingOn(house.household, telling.notify.announce, kept.clock.now),
        *more,
    )
    effects = [effect for owner in owners for effect in owner.effects()]
    looks = {"device.call": house.actuate.look}
    return Gateway(effects, kept.journal, kept.store, house.household, kept.clock, look=looks, rules=rules)


def _confirming_of(house: House, kept: Kept, telling: Telling, gateway: Gateway) -> Confirming:
    """Return what has people confirm on their devices, as the gateway and the channels know it."""
    notify = telling.notify
    confirming = Confirming(
        gateway,
        notify.deliveries,
        house.household,
        house.home,
        kept.journal,
        kept.clock,
        announce=notify.announce,
        follow=telling.notices.announce,
    )
    gateway.ask_through(confirming)
    notify.on_yes_or_no(confirming.answered)
    return confirming


def _firing_of(kept: Kept, telling: Telling, conversation: Conversation) -> Firing:
    return Firing(
        kept.schedule,
        telling.notify.announce,
        conversation,
        clock=kept.clock,
        zone=kept.zone,
        insisting=telling.insisting,
        watching=telling.watching,
    )


def operations_of(
    house: House,
    kept: Kept,
    telling: Telling,
    talking: Talking,
    routines: Routines,
    plans: Plans,
    past: Past,
    table: HealthTable,
    voices: Voices,
) -> Operations:
    """Return what can be asked of the daemon through its doors."""
    home, ears = house.home, talking.understanding.ears
    fields = Fields(home, house.household, kept.clock, kept.zone)
    agenda = AgendaOperations(
        home,
        house.household,
        fields,
        agenda=telling.agenda,
        calendar=telling.calendars,
        notices=telling.notices,
        told=telling.notify.reading,
    )
    return Operations(
        [
            HouseOperations(home, table, fields),
            AskingOperations(home, talking.conversation, ears, talking.learning, fields, voices),
            QuestionOperations(talking.gateway, home, fields, talking.confirming.looked),
            agenda,
            RecordOperations(kept.journal, fields),
            RoutineOperations(routines, talking.conversation, fields),
            PastOperations(past, fields),
            PlanOperations(plans, talking.conversation, fields),
            VoiceOperations(voices, talking.conversation, fields),
            SealOperations(kept.seals, fields),
            HouseholdOperations(house.household, house.presence, talking.ruling.lending, talking.ruling.pins, fields),
        ]
    )
