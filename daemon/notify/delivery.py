"""Hands messages to channels and takes them back, so that none of them can hold up another."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daemon.clock import Clock
from daemon.household import Person
from daemon.notify.model import Channel, ChannelError, Message
from daemon.notify.notification import Contact, Result

log = logging.getLogger("hearth." + __name__)

DELIVER_S = 12.0
"""The longest that one message may take, its wait for room on the channel included; channels have 10 s of their own."""
MOST_AT_ONCE = 8
"""Messages that are handed to one channel at a time."""
POOR_AFTER = 3
"""Failures in a row after which a channel is tried last."""
POOR_S = (60.0, 300.0, 900.0)
"""For how long; it grows while it goes on failing."""
WITHDRAW_AGAIN_S = (5.0, 30.0, 300.0, 1800.0)
LONGEST_DETAIL = 300


@dataclass(slots=True)
class _State:
    """How one channel has done lately."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    failures: int = 0
    poor_until_s: float = 0.0
    problem: str = ""


class Deliveries:
    """The channels: those that speak in rooms and those that reach a person anywhere."""

    def __init__(self, speakers: Sequence[Channel], channels: Sequence[Channel], clock: Clock) -> None:
        """Take channels of different names."""
        self._clock = clock
        self.speakers = tuple(channel.name for channel in speakers)
        self._ways = tuple(channels)
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in (*speakers, *channels)}
        self._states = {name: _State() for name in self.channels}

    def ways_to(self, person: Person) -> tuple[str, ...]:
        """Return the channels that reach a person wherever they are, in the order they want."""
        names = [channel.name for channel in self._ways if channel.reaches(person)]
        return tuple(sorted(names, key=lambda name: (*person.reach, name).index(name)))

    def poor(self) -> frozenset[str]:
        """Return the channels that failed again and again just now."""
        now_s = self._clock.monotonic()
        return frozenset(name for name, state in self._states.items() if state.poor_until_s > now_s)

    def problems(self) -> Mapping[str, str]:
        """Return what is wrong with the channels that fail now, by name."""
        return {name: state.problem for name, state in self._states.items() if state.problem}

    async def send(self, message: Message, person: Person, contact: Contact) -> tuple[Result, str]:
        """Hand over a message; return what came of it, with the words of what went wrong. Never raises."""
        channel, state = self.channels[contact.channel], self._states[contact.channel]
        try:
            async with asyncio.timeout(DELIVER_S), state.room:
                receipt = await channel.deliver(message, person)
        except ChannelError as error:
            return self._failed(state, contact.channel, str(error), lasting=error.lasting)
        except TimeoutError:
            return self._failed(state, contact.channel, f"it took longer than {DELIVER_S:g} s", lasting=False)
        except Exception as error:  # foreign code: a channel that breaks must not take the others with it
            log.exception("channel %s broke", contact.channel)
            return self._failed(state, contact.channel, f"it broke: {type(error).__name__}", lasting=False)
        if state.failures >= POOR_AFTER:
            log.info("channel %s works again", contact.channel)
        state.failures, state.poor_until_s, state.problem = 0, 0.0, ""
        return Result(receipt.value), ""

    async def withdraw(self, key: str, person: Person, contact: Contact) -> bool:
        """Take a message back, trying again for a while; return whether that is done. Never raises."""
        channel, state = self.channels.get(contact.channel), self._states.get(contact.channel)
        if channel is None or state is None:
            return True
        for wait_s in (*WITHDRAW_AGAIN_S, None):
            try:
                async with asyncio.timeout(DELIVER_S), state.room:
                    await channel.withdraw(key, person)
            except (ChannelError, TimeoutError) as error:
                log.debug("could not take %s back from %s: %s", key, contact.channel, error)
            except Exception:  # foreign code, as above
                log.exception("channel %s broke", contact.channel)
            else:
                return True
            if wait_s is not None:
                await self._clock.sleep(wait_s)
        log.warning("gave up taking a message back from %s: it stays on the device", contact.channel)
        return False

    def _failed(self, state: _State, name: str, why: str, *, lasting: bool) -> tuple[Result, str]:
        state.problem = why = why[:LONGEST_DETAIL]
        if lasting:
            # It is about this person or this message: others may get theirs.
            return Result.LASTING, why
        state.failures += 1
        if state.failures == POOR_AFTER:
            log.warning("channel %s fails: %s", name, why)
        if state.failures >= POOR_AFTER:
            wait_s = POOR_S[min(state.failures - POOR_AFTER, len(POOR_S) - 1)]
            state.poor_until_s = self._clock.monotonic() + wait_s
        return Result.FAILED, why
