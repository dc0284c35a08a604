"""What is heard and said in the rooms: satellites, announcements, the network, and the house over Wyoming."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.announcing import Announcing
from daemon.app.house import House
from daemon.app.running import Run
from daemon.app.talking import Owner, Talking
from daemon.channels.speech import Speech
from daemon.config import Config
from daemon.discovery import Discovery
from daemon.ducking import Ducking
from daemon.listening import Ears
from daemon.loudness import Volumes
from daemon.muting import Muting
from daemon.notify.model import Channel
from daemon.pairing import Pairing
from daemon.ringing import Ringing
from daemon.rooms import Rooms, Ways
from daemon.satellites import Satellites
from daemon.supervise import HealthTable
from daemon.wakewords import WakeWords
from devices.home import Home
from voice.volume import Habits


@dataclass(frozen=True, slots=True)
class Speaking:
    """What speaks in the rooms, for whoever has something to say there."""

    ears: Ears
    rooms: Rooms
    speech: Sequence[Channel]
    """The way of notices into the rooms; it reaches nobody while there are no satellites."""
    bells: Ringing
    announcing: Announcing
    muting: Muting
    volumes: Volumes
    wakewords: WakeWords
    pairing: Pairing
    ducked: Path
    """Where it is noted which music was turned down."""

    @property
    def owners(self) -> Sequence[Owner]:
        """Those with effects of their own."""
        return [self.announcing, self.muting, self.volumes]


def speaking_of(config: Config, state: Path, ears: Ears, home: Home, now: Callable[[], datetime]) -> Speaking:
    """Return it; nobody is listened to yet. ``now`` tells the time in the zone of the house."""
    given = config.voice
    habits = Habits(given.volume, given.night_volume, *given.night)
    muting, volumes, wakewords = Muting(state), Volumes(state, habits, now), WakeWords(config, state)
    ways = Ways(tones=given.earcons, confirms_in_words=given.confirm == "words")
    rooms = Rooms(ears, home, wakewords.watch, muting.hears, volumes=volumes, ways=ways)
    muting.on_change = rooms.heed
    bells, announcing = Ringing(rooms), Announcing(home, rooms)
    taken = [satellite.name for satellite in config.satellites]
    pairing = Pairing(config.pairing, state, home, rooms.serve, taken=taken)
    return Speaking(
        ears, rooms, [Speech(rooms)], bells, announcing, muting, volumes, wakewords, pairing, state / "ducked.json"
    )


def speech_runs(
    config: Config, speaking: Speaking, talking: Talking, house: House, table: HealthTable
) -> Sequence[Run]:
    """Return what runs for what speaks in the rooms; for satellites and Wyoming clients only where there are any.

    The table is told of each. None of it is waited for: it imports much, and the house obeys meanwhile.
    """
    conversation = talking.conversation
    ducking = Ducking(talking.gateway, house.home, speaking.ducked)
    speaking.rooms.answer_with(conversation, ducking if config.voice.duck else None)
    # Also where nothing speaks any more: what a crash left turned down is turned up again.
    runs = [
        Run("ducking", ducking.run, critical=False, at_once=False),
        Run("vocabulary", speaking.ears.run, critical=False, at_once=False),
        Run("bells", speaking.bells.run, critical=False),
        Run("paired satellites", speaking.pairing.run, critical=False, at_once=False),
    ]
    table.ask("paired satellites", speaking.pairing.health)
    if config.satellites or config.wyoming.enabled:
        # Imported where it is wanted: most houses start without.
        from daemon.wyoming import Answering, WyomingServer, announced_of

        discovery = Discovery(_offered, announced_of(config.wyoming))
        table.ask("network", discovery.health)
        runs.append(Run("network", discovery.run, critical=False, at_once=False))
        if config.satellites:
            satellites = Satellites(config.satellites, speaking.rooms.serve, discovery)
            table.ask("configured satellites", satellites.health)
            table.ask("satellites", speaking.rooms.health)
            table.ask("wake words", speaking.wakewords.health)
            runs.append(Run("satellites", satellites.run, critical=False, at_once=False))
        if config.wyoming.enabled:
            language = config.home.language
            room_of = house.homeassistant.room_of if house.homeassistant is not None else None
            answering = Answering(conversation, house.home, room_of)
            server = WyomingServer(config.wyoming, speaking.ears, answering, speaking.wakewords, language=language)
            table.ask("wyoming", server.health)
            runs.append(Run("wyoming", server.run, critical=False, at_once=False))
    return runs


async def _offered(host: str, port: int) -> Sequence[str]:
    from voice.wyoming.asking import offered

    return await offered(host, port)
