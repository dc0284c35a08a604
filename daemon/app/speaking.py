"""What is heard and said in the rooms: satellites, announcements, the network, and the house over Wyoming."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.announcing import Announcing
from daemon.app.house import House
from daemon.app.running import Run
from daemon.config import Config
from daemon.conversation import Conversation
from daemon.discovery import Discovery
from daemon.listening import Ears
from daemon.muting import Muting
from daemon.rooms import Rooms
from daemon.satellites import Satellites
from daemon.supervise import HealthTable
from devices.home import Home
from voice.satellite import Satellite
from voice.wake import Watch


@dataclass(frozen=True, slots=True)
class Speaking:
    """What speaks in the rooms, for whoever has something to say there."""

    ears: Ears
    rooms: Rooms
    announcing: Announcing
    muting: Muting


def speaking_of(config: Config, state: Path, ears: Ears, home: Home) -> Speaking:
    """Return it; nobody is listened to yet."""
    words = {one.name: one.wake_words for one in config.satellites}

    def watch_of(satellite: Satellite) -> Watch | None:
        """Listen for the wake word; also in what one sends that woke itself, to be interrupted by it."""
        from voice.microwake import MicroWake

        return Watch(MicroWake(words[satellite.name])) if satellite.name in words else None

    muting = Muting(state)
    rooms = Rooms(ears, home, watch_of, muting.hears)
    return Speaking(ears, rooms, Announcing(home, rooms), muting)


def speech_runs(
    config: Config, speaking: Speaking, conversation: Conversation, house: House, table: HealthTable
) -> Sequence[Run]:
    """Return what runs for the satellites and for Wyoming clients, none of it where none is configured.

    The table is told of each. None of it is waited for: it imports much, and the house obeys meanwhile.
    """
    speaking.rooms.answer_with(conversation)
    runs: list[Run] = []
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
            runs.append(Run("satellites", satellites.run, critical=False, at_once=False))
        if config.wyoming.enabled:
            language = config.home.language
            room_of = house.homeassistant.room_of if house.homeassistant is not None else None
            answering = Answering(conversation, house.home, room_of)
            server = WyomingServer(config.wyoming, speaking.ears, answering, language=language)
            table.ask("wyoming", server.health)
            runs.append(Run("wyoming", server.run, critical=False, at_once=False))
    return runs


async def _offered(host: str, port: int) -> Sequence[str]:
    from voice.wyoming.asking import offered

    return await offered(host, port)
