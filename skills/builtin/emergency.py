"""What is said to somebody in need: that no one can be called from here, the number to call, and where wished a notice.

Nothing here is safety equipment: the answer is short and true, and comes before anything else is made of the words.
"""

from pathlib import Path

from skills.actions import notice_send
from skills.api import Skill
from skills.language import say
from skills.model import Ask, Reply, Request, Wants

EUROPEAN, AMERICAN = "112", "911"
"""Either is answered from every mobile phone, wherever it is (3GPP TS 22.101, 10.1)."""
_AMERICAN_ZONES = frozenset(
    f"America/{city}"
    for city in (
        *("New_York", "Detroit", "Chicago", "Menominee", "Denver", "Boise", "Phoenix", "Los_Angeles", "Anchorage"),
        *("Juneau", "Sitka", "Metlakatla", "Yakutat", "Nome", "Adak"),
    )
) | {"Pacific/Honolulu"}
_AMERICAN_BEGINNINGS = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")

skill = Skill("emergency")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def fire(request: Request) -> Reply:
    """Answer "my house is on fire": out comes before the call."""
    return Reply(say("I cannot call anybody. Get everybody out, then call {number}.", number=number_in(request)))


@skill.command()
async def call(request: Request) -> Reply:
    """Answer "call an ambulance", and "I can't breathe"."""
    return Reply(_told(request))


@skill.command()
async def fallen(request: Request, tell: bool = False) -> Reply:
    """Answer "I have fallen" and "call for help"; whoever can be reached is told, if that is wanted."""
    if not request.home.find(domains=frozenset({"person"})):
        return Reply(_told(request))
    if not tell:
        question = say("Shall I tell the others?")
        return Reply(f"{_told(request)} {question}", ask=Ask(question, slot="tell", wants=Wants.YES))
    text = say("Somebody asks for help.")
    area = request.utterance.area
    room = request.home.area(area) if area is not None else None
    if room is not None:
        text = say("Somebody asks for help, here: {room}.", room=room.name)
    wish = notice_send(text, urgency="critical", key="emergency", area=area, answers=("done",))
    return Reply(
        say("I pass it on to whoever I can reach. Do not wait for them: call {number}.", number=number_in(request)),
        [wish],
    )


def number_in(request: Request) -> str:
    """Return the emergency number where the house stands, as far as its time zone tells."""
    zone = str(request.now.tzinfo)
    return AMERICAN if zone in _AMERICAN_ZONES or zone.startswith(_AMERICAN_BEGINNINGS) else EUROPEAN


def _told(request: Request) -> str:
    return say("I cannot call anybody. Call {number}.", number=number_in(request))
