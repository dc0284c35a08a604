"""Whether a loop takes another turn, and what its steps know of it."""

from collections.abc import Mapping

from daemon.routines.actions import ForEach, Repeat, Times, Until, While
from daemon.routines.computing import filled
from daemon.routines.doing import Fails
from daemon.routines.evaluating import Around, all_hold
from daemon.routines.expressions import Template
from daemon.routines.run import Frame, Limits
from daemon.routines.values import Unknown, Value, number_of, tupled


def first_turn(loop: Repeat, around: Around, limits: Limits) -> Frame | Fails | None:
    """Return the frame of a loop's first turn; none where it takes no turn at all."""
    match loop.how:
        case Times(count):
            said = number_of(
                filled(count, around.world, around.variables, around.seed) if isinstance(count, Template) else count
            )
            if said is None:
                return Fails("how often is no number")
            frame = Frame("repeat", total=int(said))
        case ForEach(items):
            found = filled(items, around.world, around.variables, around.seed)
            if isinstance(found, Unknown | str | Mapping):
                return Fails("what to go through is no list")
            things = tupled(found)
            frame = Frame("repeat", total=len(things), items=things)
        case While() | Until():
            frame = Frame("repeat")
    return next_turn(loop, frame, around, limits)


def next_turn(loop: Repeat, frame: Frame, around: Around, limits: Limits) -> Frame | Fails | None:
    """Return the frame of a loop's next turn; none where it was the last."""
    turn = frame.turn + 1
    if frame.total is not None and turn > frame.total:
        return None
    if isinstance(loop.how, While):
        coming: dict[str, Value] = {"index": turn, "first": turn == 1}
        ahead = Around(around.world, {**around.variables, "repeat": coming}, around.seed)
        if all_hold(loop.how.conditions, ahead) is not True:
            return None
    if isinstance(loop.how, Until) and frame.turn and all_hold(loop.how.conditions, around) is True:
        return None
    if turn > limits.turns:
        return Fails(f"the loop has taken {limits.turns} turns, and still goes on")
    return Frame("repeat", 0, turn, frame.total, frame.items)


def known_in(frames: tuple[Frame, ...]) -> Mapping[str, Value]:
    """Return the ``repeat`` variable of the innermost loop; nothing outside of one."""
    for frame in reversed(frames):
        if frame.branch == "repeat":
            known: dict[str, Value] = {"index": frame.turn, "first": frame.turn == 1}
            if frame.total is not None:
                known["last"] = frame.turn == frame.total
            if frame.items is not None:
                known["item"] = frame.items[frame.turn - 1]
            return {"repeat": known}
    return {}
