"""What a German-speaking household tells and asks, played with the whole daemon."""

from pathlib import Path

import pytest

from tests.daemon.remembering.family import family

PLAYED = {
    "verbs that stand last, and names that stand first": """
        anna: ich bin gegen Erdbeeren allergisch -> du bist allergisch gegen Erdbeeren
        anna: was darf ich nicht essen? -> Erdbeeren
        ben: Julia ist Vegetarierin -> Julia ist Vegetarierin
        ben: was weißt du über Julia? -> Vegetarierin
        anna: merk dir, dass die Müllabfuhr am Freitag kommt -> die Müllabfuhr kommt am Freitag
        ben: wann kommt die Müllabfuhr? -> am Freitag
        """,
    "one's own things are told as one's own, and to nobody else": """
        anna: meine Brille liegt auf dem Klavier -> deine Brille liegt auf dem Klavier
        anna: nein, sie liegt im Bad -> deine Brille liegt im Bad
        anna: wo ist meine Brille? -> Deine Brille liegt im Bad.
        ben: wo ist meine Brille? -> !Bad
        anna: mein Arzt ist Dr. Weber -> dein Arzt ist Dr. Weber
        anna: mein Arzt ist jetzt Frau Dr. Klein -> Bisher war es Dr. Weber
        anna: wer war früher mein Arzt? -> Dein Arzt war früher Dr. Weber.
        """,
    "what is told by the way is found again": """
        anna: ich trinke morgens immer Tee -> Das behalte ich im Kopf.
        anna: was trinke ich morgens? -> immer Tee
        anna: ich trinke nie Alkohol -> Das behalte ich im Kopf.
        anna: mir geht es heute nicht so gut -> Das behalte ich im Kopf.
        anna: vergiss das bitte -> ergessen
        anna: was habe ich heute gesagt? -> !nicht so gut
        ben: was hat Anna heute gesagt? -> !Tee
        """,
    "what is ours is everybody's": """
        anna: unsere Nachbarin heißt Frau Blum -> unsere Nachbarin heißt Frau Blum
        ben: wie heißt unsere Nachbarin? -> Frau Blum
        """,
}  # fmt: skip


@pytest.mark.parametrize("lines", PLAYED.values(), ids=PLAYED.keys())
async def test_a_german_family_talks(tmp_path: Path, lines: str) -> None:
    async with family(tmp_path, language="de") as house:
        for line in lines.strip().splitlines():
            spoken, _, wanted = line.strip().partition(" -> ")
            who, _, text = spoken.partition(": ")
            reply = await house.says(who, text)
            assert (wanted[1:] not in reply) if wanted.startswith("!") else (wanted in reply), f"{spoken} -> {reply}"
