"""Measures which command comes out of a sound: the open model alone against closed grammar, open model and sense.

``python -m tests.bench.hearing [--count 60] [--people FOLDER]``. A command is right if it comes to the same intents,
slots and targets as its text, wrong if something else would be done; a question back or silence is neither.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from daemon.grammars import Grammars
from daemon.hearing import Meanings
from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.vocabulary import spoken as vocabulary
from tests.bench.spokenhouse import OTHERS, Spoken, commands, house, said
from tests.voice.sounds import TINY
from voice.arbitrate import Judge
from voice.endpoint import FRAME_BYTES, load_detector
from voice.model import RATE_HZ, NotUnderstood, Recognizer, Vocabulary
from voice.recognize import load_recognizer

CONDITIONS = ("clean", "20 dB", "10 dB", "5 dB", "room")
CONFIDENCE_MIN = 0.35
"""As `voice.session.VoiceSettings`: with less nothing is done."""


def measure() -> dict[str, float]:
    """Return shares of commands that came out right and wrong, of talk that became a command, and real-time factors."""
    return asyncio.run(compared(24, CONDITIONS[:3]))


async def compared(
    count: int, conditions: Sequence[str], *, only: Collection[str] | None = None, seed: int = 3
) -> dict[str, float]:
    """Return the figures of each way to hear, over `count` commands in all `conditions`, and over talk."""
    home = house()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        grammars = Grammars("en", lambda language: load(language, registry.load().documents(language), cache=cache))
        judge = Meanings(grammars, home, lambda _satellite: None)
        expected = vocabulary(home, "en", cache=cache)
        words = Vocabulary.of(expected.phrases, **expected.slots)
        spoken = [*said(commands(count, seed), conditions), *said(OTHERS, conditions)]
        figures: dict[str, float] = {}
        for name, recognizer in _ways(words, judge).items():
            if only is None or name in only:
                figures |= await _figures(name, recognizer, spoken, judge)
    return figures


def _ways(words: Vocabulary, judge: Judge) -> dict[str, Recognizer]:
    return {
        "open alone": load_recognizer(TINY, Vocabulary()),
        "open, judged": load_recognizer(TINY, Vocabulary(), judge=judge),
        "open + closed": load_recognizer(TINY, words),
        "open + closed, judged": load_recognizer(TINY, words, judge=judge),
        "pocketsphinx": load_recognizer(None, words, judge=judge),
    }


async def _figures(name: str, recognizer: Recognizer, spoken: Sequence[Spoken], judge: Judge) -> dict[str, float]:
    came: dict[str, Counter[str]] = {}
    async with recognizer:
        begun = time.process_time()
        for one in spoken:
            text = await heard(recognizer, one.pcm)
            kind = "talk" if one.text in OTHERS else one.condition
            came.setdefault(kind, Counter())[_became(one, text, judge)] += 1
        spent = time.process_time() - begun
    length_s = sum(len(one.pcm) for one in spoken) / RATE_HZ / 2
    came["all"] = sum((counted for kind, counted in came.items() if kind != "talk"), Counter[str]())
    figures: dict[str, float] = {}
    for kind, counted in came.items():
        for what in ("wrong",) if kind == "talk" else ("right", "wrong"):
            figures[f"{name}: {kind}, {what}"] = counted[what] / sum(counted.values())
    return figures | {f"{name}: real-time factor": spent / length_s}


async def heard(recognizer: Recognizer, pcm: bytes) -> str:
    """Return the words in the speech of `pcm`, empty where there are none to act on."""
    speech = cut(pcm)
    if not speech:
        return ""
    hearing = await recognizer.listen("")
    try:
        await hearing.accept(speech)
        transcript = await hearing.finish()
    except NotUnderstood:
        return ""
    finally:
        await hearing.close()
    return transcript.text if transcript.confidence >= CONFIDENCE_MIN else ""


def cut(pcm: bytes) -> bytes:
    """Return the speech in `pcm` with a third of a second around it; nothing where nobody speaks."""
    detector = load_detector()
    begins = range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)
    voiced = [begin for begin in begins if detector(pcm[begin : begin + FRAME_BYTES]) >= 0.5]
    if not voiced:
        return b""
    return pcm[max(voiced[0] - 10 * FRAME_BYTES, 0) : voiced[-1] + 10 * FRAME_BYTES]


def _became(one: Spoken, text: str, judge: Judge) -> str:
    meant, wanted = judge([text, one.text], "")
    acts = text and meant.meaning and not meant.meaning.startswith("?")
    if one.text in OTHERS:
        return "wrong" if acts else "right"
    if meant.meaning == wanted.meaning and (wanted.meaning or text == one.text):
        return "right"
    return "wrong" if acts else "nothing"


async def people(folder: Path) -> dict[str, Counter[str]]:
    """Return what became of recordings of people: ``manifest.jsonl`` in `folder` tells file, text and kind."""
    from voice.audio import read_wav

    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["file"].startswith("home_en") and row["kind"] == "command"]
    with tempfile.TemporaryDirectory() as cache:
        grammars = Grammars("en", lambda language: load(language, cache=Path(cache)))
        judge = Meanings(grammars, Home(), lambda _satellite: None)
        texts = sorted({str(row["text"]) for row in rows})
        table: dict[str, Counter[str]] = {}
        for name, recognizer in _ways(Vocabulary.of(texts), judge).items():
            async with recognizer:
                for row in rows:
                    text = await heard(recognizer, read_wav(folder / row["file"]).tobytes())
                    same = _letters(text) == _letters(str(row["text"]))
                    kind = f"{name}: {row['file'].partition('/')[0]}"
                    table.setdefault(kind, Counter())["right" if same else "wrong" if text else "nothing"] += 1
    return table


def _letters(text: str) -> str:
    from voice.grammar import spoken_words

    return "".join(spoken_words(text))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hearing", description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=3, help="another draws other commands")
    parser.add_argument("--only", nargs="*", help="ways to hear, such as 'open alone'")
    parser.add_argument("--people", type=Path, help="a folder of recordings with a manifest.jsonl")
    given = parser.parse_args()
    show: Callable[[object], None] = print
    if given.people is not None:
        for kind, counted in asyncio.run(people(given.people)).items():
            show(f"{kind:<45} {dict(counted)}")
        return
    for name, value in asyncio.run(compared(given.count, CONDITIONS, only=given.only, seed=given.seed)).items():
        show(f"{name:<45} {value:8.3f}")


if __name__ == "__main__":
    main()
