from voice.endpoint import FRAME_S, Patience
from voice.model import Transcript
from voice.record import AUDIO_MAX, EVENTS_MAX, FRAMES_MAX, Turn, replay
from voice.satellite import Stage


def recorded(speech: int, silence: int, *looks: tuple[float, str]) -> Turn:
    turn = Turn("kitchen", 100.0)
    for number in range(speech + silence):
        turn.hear(b"", 0.9 if number < speech else 0.0, -20.0)
    for at_s, detail in looks:
        turn.note(100.0, "words", f"{detail.split()[0]} {at_s:.2f} {detail.split(' ', 1)[-1]}")
    return turn


def test_a_record_is_bounded():
    turn = Turn("kitchen", 100.0, keeps_audio=True)
    for number in range(FRAMES_MAX + 500):
        turn.hear(bytes(1_024), 0.5, -200.0)
        turn.note(100.0 + number, "wake")

    assert len(turn.frames) == FRAMES_MAX * 2
    assert len(turn.events) == EVENTS_MAX
    assert len(turn.audio) <= AUDIO_MAX + 1_024


def test_stages_are_told_from_other_events():
    turn = Turn("kitchen", 100.0)
    for what in ("wake", Stage.LISTENING, "commit", Stage.THINKING, Stage.IDLE, "end"):
        turn.note(101.5, what)

    assert turn.stages() == [Stage.LISTENING, Stage.THINKING, Stage.IDLE]
    assert turn.events[0].at_s == 1.5


def test_what_was_known_then_decides_again():
    patience = Patience()
    closed = recorded(30, 40, (33 * FRAME_S, "closed turn on"))
    unknown = recorded(30, 40)

    assert replay(closed, patience) == 34 * FRAME_S
    assert replay(unknown, patience) == 52 * FRAME_S


def test_of_a_secret_neither_words_nor_sound_are_kept_and_it_can_be_played_again():
    """The words are a PIN, and the owner keeps sound."""
    turn = recorded(30, 40, (33 * FRAME_S, "open one two three four"))
    turn.keeps_audio = True
    turn.hear(bytes(1_024), 0.5, -20.0)
    turn.note(100.0, "commit", "one two three four")
    turn.transcript = Transcript("one two three four", 1.0, "kitchen", "en", alternatives=("one two three for",))
    before = replay(turn, Patience())

    turn.answer("The door is open.", "•••")
    turn.hear(bytes(1_024), 0.5, -20.0)

    assert turn.audio == b""
    assert "three" not in repr(turn)
    assert replay(turn, Patience()) == before


def test_silence_is_never_over():
    assert replay(recorded(0, 50), Patience()) is None
