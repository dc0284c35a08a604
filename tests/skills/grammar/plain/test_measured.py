"""The measured sentences that people say routines with; skipped where they do not lie beside the repository."""

from collections import Counter

import pytest

from skills.grammar.model import Context, Understander, Understanding
from skills.grammar.plain import Draft, Household, Unclear, draft
from skills.language import speaking
from skills.model import PersonId
from tests.skills.grammar.plain.measured import EVERYBODY, FOLDER, house, items, mark

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the measured sentences are not here")
RIGHT = 0.9


def test_nine_of_ten_are_right_and_nothing_else_is_kept(engines: dict[str, Understander]) -> None:
    homes = {language: house(language) for language in engines}

    def drafted(item: dict[str, str]) -> Draft | Unclear | None:
        language, home = item["lang"], homes[item["lang"]]

        def understand(text: str, where: Context) -> Understanding:
            return engines[language].understand(text, home, where)

        with speaking(language):
            speaker = PersonId(item["speaker"].removeprefix("person."))
            return draft(item["text"], Household(home, understand, speaker, EVERYBODY), language)

    marks = Counter((item["kind"], mark(item, drafted(item))) for item in items())
    assert sum(count for (_, one), count in marks.items() if one == "right") >= RIGHT * marks.total()
    assert marks["not_routine", "wrong"] == 0
