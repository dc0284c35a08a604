"""Home Assistant's companion app: messages to phones by ``notify.mobile_app_…``, with buttons.

Facts from the app's documentation (2026-08): ``tag`` replaces, ``clear_notification`` takes back; three buttons on
Android; a button comes back as ``mobile_app_notification_action`` with its ``action``, a message that was swiped away
as ``mobile_app_notification_cleared`` with all of its ``data`` (Android only). Who pressed it is not told
(core#90669), so the token says it.
"""

import logging
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from daemon.channels.again import Waits
from daemon.channels.buttons import Buttons
from daemon.channels.deadline import in_time
from daemon.channels.shown import MOST_BUTTONS, label, mark, text_of, title_of
from daemon.household import Person
from daemon.notify.model import Answer, Answered, ChannelError, Message, Receipt, Urgency
from devices.homeassistant import HomeAssistant
from devices.homeassistant.client import AnswerError, HubError, LostError

log = logging.getLogger("hearth." + __name__)

PRESSED, CLEARED = "mobile_app_notification_action", "mobile_app_notification_cleared"
DISMISSAL = "hearth_dismissal"
"""Under which of its data a message carries the token that stands for swiping it away."""
GROUP = "hearth"
_WORD = re.compile(r"\w+")
_TEMPLATE = re.compile(r"\{(?=[{%#])")
_REMEDIES: Mapping[str, str] = {
    "unauthorized": "its token must be of an administrator",
    "not_found": "there is no such phone, correct the person's addresses",
    "invalid_format": "that is no phone, correct the person's addresses",
    "service_validation_error": "that is no phone, correct the person's addresses",
}
"""What to do about the refusals that stay, by Home Assistant's codes for them."""


class Companion:
    """Messages to phones by way of Home Assistant; a person's address is ``mobile_app_…``, a service of ``notify``."""

    name = "homeassistant"

    def __init__(self, hub: HomeAssistant, buttons: Buttons, *, listen: bool = True) -> None:
        """Take ``listen``: whether anybody has an address here, whose answers are to be waited for."""
        self._hub, self._buttons, self._listen = hub, buttons, listen

    def reaches(self, person: Person) -> bool:
        """Say whether a phone of this person is known."""
        return bool(person.addresses.get(self.name))

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Send to each phone of the person."""
        data = self._data(message, person)
        await self._send(
            person, {"title": plain(title_of(message)), "message": no_command(plain(text_of(message))), "data": data}
        )
        return Receipt.ACCEPTED

    async def withdraw(self, key: str, person: Person) -> None:
        """Clear the message on the person's phones."""
        await self._send(person, {"message": "clear_notification", "data": {"tag": mark(key)}})

    async def answers(self) -> AsyncGenerator[Answered]:
        """Yield what is pressed and what is swiped away."""
        waits = Waits()
        while self._listen:
            await self._hub.wait_connected()
            try:
                async with aclosing(self._hub.events(PRESSED, CLEARED)) as events:
                    async for kind, data in events:
                        token = data.get("action" if kind == PRESSED else DISMISSAL)
                        answered = await self._buttons.pressed(token) if isinstance(token, str) else None
                        if answered is not None:
                            yield answered
            except LostError:
                # The bridge says so, and connects again at its own pace.
                waits.reset()
            except HubError as error:
                log.info("%s; listening again soon", _problem(error))
            await waits.wait()

    async def _send(self, person: Person, data: Mapping[str, object]) -> None:
        phones = person.addresses.get(self.name, ())
        if not phones:
            raise ChannelError(f"{self.name}: no phone of {person.id!r} is known; give one in addresses", lasting=True)
        async with in_time(self.name, "Home Assistant"):
            for phone in phones:
                try:
                    await self._hub.serve("notify", phone.removeprefix("notify."), data)
                except HubError as error:
                    # Not as its cause: Home Assistant quotes what it refuses, and that holds tokens.
                    raise _problem(error, lasting=self._hub.health.refused) from None

    def _data(self, message: Message, person: Person) -> dict[str, object]:
        def token(answer: Answer) -> str:
            return self._buttons.issue(message.key, answer, person.id, channel=self.name, until=message.until)

        offered = message.answers[:MOST_BUTTONS]
        return {
            "tag": mark(message.key),
            "group": GROUP,
            "actions": [{"action": token(answer), "title": plain(label(message, answer))} for answer in offered],
            DISMISSAL: token(Answer.DISMISSED),
            **_INSISTENCE[message.urgency],
        }


def _problem(error: HubError, *, lasting: bool = False) -> ChannelError:
    if not isinstance(error, AnswerError):
        return ChannelError(f"{Companion.name}: {error}", lasting=lasting)
    remedy = _REMEDIES.get(error.reason)
    words = f"{Companion.name}: Home Assistant says no ({error.reason})"
    return ChannelError(f"{words}; {remedy}" if remedy else words, lasting=remedy is not None)


def plain(text: str) -> str:
    """Return a text that Home Assistant and the app show as it is.

    The app for Android shows HTML; Home Assistant renders templates in messages (2024.3 does).
    """
    return _TEMPLATE.sub("{\u2060", text).replace("<", "‹")


def no_command(text: str) -> str:
    """Return a text that the app for Android does not take for a command to the phone, as ``command_bluetooth`` is."""
    return f"{text}." if _WORD.fullmatch(text) else text


_INSISTENCE: Mapping[Urgency, Mapping[str, object]] = {
    Urgency.INFO: {"channel": "Hearth: for later", "importance": "low", "push": {"interruption-level": "passive"}},
    Urgency.NORMAL: {"channel": "Hearth", "push": {"interruption-level": "active"}},
    Urgency.IMPORTANT: {
        "channel": "Hearth: important",
        "importance": "high",
        "ttl": 0,
        "priority": "high",
        "push": {"interruption-level": "time-sensitive"},
    },
    # The stream of alarms sounds on a phone that is silent; iOS wants the sound itself marked as critical.
    Urgency.CRITICAL: {
        "channel": "alarm_stream",
        "ttl": 0,
        "priority": "high",
        "push": {
            "interruption-level": "critical",
            "sound": {"name": "default", "critical": 1, "volume": 1.0},
        },
    },
}
"""How much a message insists: for Android (``channel``, ``importance``, ``ttl``, ``priority``) and iOS (``push``)."""
