"""What is asked back where a time cannot be, or is not said."""

from typing import Literal

Why = Literal["no such time", "past", "how long", "how often", "which days", "which of them", "which half"]

_TEXTS: dict[str, dict[Why, str]] = {
    "en": {
        "no such time": "There is no such time: {said}. When do you mean?",
        "past": "That has passed already: {said}. When do you mean?",
        "how long": "How long exactly: {said}?",
        "how often": "At which times: {said}?",
        "which days": "Every week, or just once: {said}?",
        "which of them": "Which day is {said}?",
        "which half": "In the morning or in the afternoon: {said}?",
    },
    "de": {
        "no such time": "Diese Zeit gibt es nicht: {said}. Wann meinst du?",
        "past": "Das ist schon vorbei: {said}. Wann meinst du?",
        "how long": "Wie lange genau: {said}?",
        "how often": "Um wie viel Uhr jeweils: {said}?",
        "which days": "Jede Woche oder nur einmal: {said}?",
        "which of them": "Welcher Tag ist {said}?",
        "which half": "Nachts oder am Nachmittag: {said}?",
    },
}


def question(why: Why, said: str, language: str) -> str:
    """Return the question in the language of the text."""
    return _TEXTS.get(language, _TEXTS["en"])[why].format(said=said)
