from pathlib import Path

import pytest

from voice.paired.code import Code, Side
from voice.paired.guests import FILE, GOOD_S, INVITATIONS_MAX, Guests, PairingError
from voice.paired.identity import IdentityError

HOUSE, SATELLITE = b"house", b"satellite"


class Watch:
    """A clock that is set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def redeem(guests: Guests, code: Code, *, satellite: bytes = SATELLITE) -> str:
    proof = code.proof(Side.SATELLITE, house=HOUSE, satellite=satellite)
    return guests.redeem(code.sign, proof, house=HOUSE, satellite=satellite)[0].name


def test_who_was_invited_is_known_after_a_restart(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    redeem(guests, guests.invite("attic", "Attic").code)

    again = Guests(tmp_path, Watch())

    assert [(guest.name, guest.room) for guest in again.all] == [("attic", "Attic")]
    assert again.known(SATELLITE) == again.all[0]
    assert again.known(HOUSE) is None
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_code_is_good_once(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    code = guests.invite("attic", None).code
    redeem(guests, code)

    with pytest.raises(PairingError) as refused:
        redeem(guests, code, satellite=b"another")
    assert refused.value.code == "code-unknown"


@pytest.mark.parametrize(("after_s", "good"), [(GOOD_S - 1, True), (GOOD_S, False)], ids=["just", "over"])
def test_a_code_is_good_for_a_while(tmp_path: Path, after_s: float, good: bool):
    clock = Watch()
    guests = Guests(tmp_path, clock)
    code = guests.invite("attic", None).code
    clock.now_s = after_s

    assert guests.expects is good
    if good:
        assert redeem(guests, code) == "attic"
        return
    with pytest.raises(PairingError):
        redeem(guests, code)


def test_a_proof_for_another_connection_is_refused_and_the_code_stays_good(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    code = guests.invite("attic", None).code
    proof = code.proof(Side.SATELLITE, house=b"in between", satellite=SATELLITE)

    with pytest.raises(PairingError) as refused:
        guests.redeem(code.sign, proof, house=HOUSE, satellite=SATELLITE)
    assert refused.value.code == "code-proof"
    assert redeem(guests, code) == "attic"


def test_a_satellite_that_is_paired_anew_takes_the_place_of_the_old_one(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    redeem(guests, guests.invite("attic", None).code)
    redeem(guests, guests.invite("attic", "Loft").code, satellite=b"new")

    assert [guest.room for guest in guests.all] == ["Loft"]
    assert guests.known(SATELLITE) is None


def test_an_invitation_for_the_same_name_takes_the_place_of_the_earlier(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    first, second = (guests.invite("attic", None).code for _ in range(2))

    with pytest.raises(PairingError):
        redeem(guests, first)
    assert redeem(guests, second) == "attic"


def test_who_is_revoked_is_not_known_and_not_invited(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    redeem(guests, guests.invite("attic", None).code)
    code = guests.invite("attic", None).code

    assert guests.revoke("attic")

    assert not guests.revoke("attic")
    assert guests.known(SATELLITE) is None
    with pytest.raises(PairingError):
        redeem(guests, code)


def test_invitations_are_bounded(tmp_path: Path):
    guests = Guests(tmp_path, Watch())
    for count in range(INVITATIONS_MAX):
        guests.invite(f"room_{count}", None)

    with pytest.raises(PairingError, match="too many"):
        guests.invite("one more", None)


@pytest.mark.parametrize(
    "content", ["{", "[1]", '[{"name": "a"}]', '[{"name": "a", "room": null, "certificate": "x"}]']
)
def test_a_broken_file_lets_nobody_in_and_says_so(tmp_path: Path, content: str):
    (tmp_path / FILE).write_text(content)

    with pytest.raises(IdentityError, match="restore it from a backup"):
        Guests(tmp_path, Watch())
