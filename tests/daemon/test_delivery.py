"""A little of the delivery simulation, so that it runs with every change; ``python -m tests.bench.delivery`` is all."""

from tests.bench.delivery import measured


async def test_failing_channels_and_kills_break_no_promise():
    figures = await measured(40, seed=3)
    assert figures["in time, percent"] == 100
    assert figures["repeated after an acknowledgement"] == 0
    assert figures["in quiet hours below critical"] == 0
    assert figures["notices"] == 40
