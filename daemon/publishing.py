"""The effect ``mqtt.publish``: a message on a topic that the owner has opened, and never one that orders a device.

What a device is told goes through ``device.call``, which knows how bad it is, reads back what came of it and can take
it back. A message on a device's topic would pass all of that by, so it is refused whatever the configuration opens.
"""

from collections.abc import Callable, Sequence
from typing import Final

from devices.dialects.model import Message
from devices.model import BridgeError
from devices.mqtt import Mqtt
from devices.mqtt.topics import valid_topic
from devices.topics import fits
from skills.effect import Effect
from skills.language import say
from skills.model import Cause, Outcome, Risk, Verdict
from skills.publishing import MqttPublish

LONGEST_SHOWN: Final = 60
"""Characters of a message that a confirmation quotes."""


class Publishing:
    """Publishes what routines and people want to have said over MQTT."""

    def __init__(self, mqtt: Mqtt | None, opened: Sequence[str], takes_orders: Callable[[str], bool]) -> None:
        """``opened`` are the topic filters of ``mqtt.publish``; ``takes_orders`` says whether a device listens."""
        self._mqtt, self._opened, self._takes_orders = mqtt, opened, takes_orders

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            Effect(
                "mqtt.publish",
                MqttPublish,
                # Nobody knows what listens there, and what was heard cannot be taken back.
                lambda _: Risk.CONSEQUENTIAL,
                self._publish,
                lambda given: _words(MqttPublish.model_validate(given)),
                concurrent=True,
            )
        ]

    def objection(self, topic: str) -> str | None:
        """Return why nothing is sent on a topic; ``None`` where something may be."""
        if not valid_topic(topic):
            return say("{topic} is no topic that can be sent to", topic=topic[:LONGEST_SHOWN])
        if self._takes_orders(topic):
            return say("devices take orders on {topic}: use an action on the device", topic=topic)
        if not any(fits(one, topic) for one in self._opened):
            return say("{topic} is not open: add it to mqtt.publish in the configuration", topic=topic)
        return None

    async def _publish(self, given: object, cause: Cause) -> Outcome:
        del cause
        wish = MqttPublish.model_validate(given)
        why = self.objection(wish.topic)
        if why is not None:
            return Outcome(Verdict.REFUSED, why)
        if self._mqtt is None:
            return Outcome(Verdict.FAILED, say("there is no MQTT broker: set mqtt.host"))
        message = Message(wish.topic, wish.payload.encode(), wish.qos)
        try:
            (self._mqtt.keep if wish.retain else self._mqtt.publish)(message)
        except BridgeError as error:
            return Outcome(Verdict.FAILED, str(error))
        return Outcome(Verdict.DONE)


def _words(wish: MqttPublish) -> str:
    shown = wish.payload if len(wish.payload) <= LONGEST_SHOWN else f"{wish.payload[:LONGEST_SHOWN]}…"
    return say("send “{payload}” on the MQTT topic {topic}", payload=shown, topic=wish.topic)
