"""Whose voice it is, put together: from the model that hears it to who answers in the rooms."""

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.config import Config
from daemon.listening import Ears
from daemon.rooms import Rooms
from daemon.supervise import HealthTable
from daemon.voices import Voices


async def voices_of(config: Config, house: House, kept: Kept, ears: Ears, rooms: Rooms, table: HealthTable) -> Voices:
    """Return who knows the voices; the rooms and the table of health are told.

    No model is loaded before a voice is known or to be learned.

    Raises:
        StoreError: the voices cannot be read.
    """
    voices = Voices(kept.store, house.household, kept.clock, ears.speakers, sure=config.voice.speaker_sure)
    await voices.begin()
    rooms.know(voices)
    ears.at_home = voices.at_home
    table.ask("voices", lambda: voices.health(has_model=ears.has_speaker_model))
    return voices
