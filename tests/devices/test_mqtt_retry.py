from dataclasses import replace

import pytest

from devices.mqtt import MqttSettings
from devices.mqtt.ending import End, Ended
from devices.mqtt.retry import Retry

GONE, NOBODY = Ended(End.LOST, "the connection broke"), Ended(End.UNREACHABLE, "Connection refused")
TAKEN = Ended(End.TAKEN_OVER, "session taken over")
SETTINGS = MqttSettings(host="broker", client_id="hearth-1")


def test_waits_double_from_one_second_to_a_minute():
    retry = Retry(SETTINGS, lambda: 0.0)
    assert [retry.after(NOBODY, lived_s=0) for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_jitter_takes_up_to_twice_as_long():
    retry = Retry(SETTINGS, lambda: 0.999)
    waits = [retry.after(NOBODY, lived_s=0) for _ in range(7)]
    assert [round(wait) for wait in waits] == [2, 4, 8, 16, 32, 60, 60]


def test_broker_that_is_away_for_years_is_still_tried():
    retry = Retry(SETTINGS, lambda: 0.5)
    assert max(retry.after(NOBODY, lived_s=0) for _ in range(5000)) <= 60


def test_good_connection_starts_the_waits_over_and_a_short_one_does_not():
    retry = Retry(SETTINGS, lambda: 0.0)
    for _ in range(4):
        retry.after(NOBODY, lived_s=0)
    assert retry.after(GONE, lived_s=1) == 16
    assert retry.after(GONE, lived_s=3600) == 1


def test_being_refused_waits_longest_at_once():
    assert Retry(SETTINGS, lambda: 0.0).after(Ended(End.REFUSED, "not authorized"), lived_s=0) == 60


def test_being_taken_over_again_and_again_slows_down_however_long_it_takes():
    retry = Retry(SETTINGS, lambda: 0.0)
    waits = [retry.after(TAKEN, lived_s=3600) for _ in range(7)]
    assert waits[-1] == 30
    assert "another client uses the client id 'hearth-1'" in retry.explain(TAKEN)
    assert "perhaps" not in retry.explain(TAKEN)


def test_broker_that_throws_us_out_without_a_word_is_suspected():
    retry = Retry(SETTINGS, lambda: 0.0)
    for _ in range(3):
        retry.after(GONE, lived_s=0.1)
    assert "perhaps another client uses the client id 'hearth-1'" in retry.explain(GONE)


@pytest.mark.parametrize(
    ("settings", "ended", "said"),
    [
        (SETTINGS, NOBODY, "the MQTT broker at broker:1883 cannot be reached: Connection refused"),
        (SETTINGS, GONE, "the MQTT broker at broker:1883 is gone: the connection broke"),
        (SETTINGS, Ended(End.REFUSED, "not authorized"), "refuses us without a user name (not authorized): check"),
        (replace(SETTINGS, username="ann"), Ended(End.REFUSED, "not authorized"), "refuses user 'ann'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(settings: MqttSettings, ended: Ended, said: str):
    assert said in Retry(settings, lambda: 0.0).explain(ended)
