import pytest

from voice.paired.code import Code, CodeError, Side

HOUSE, SATELLITE, OTHER = b"house", b"satellite", b"other"


def test_a_code_is_read_as_people_type_it():
    code = Code.new()

    typed = str(code).lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert str(Code.parsed(typed)) == str(code)


def test_codes_differ_and_have_28_letters():
    codes = {str(Code.new()) for _ in range(50)}

    assert len(codes) == 50
    assert {len(code.replace("-", "")) for code in codes} == {28}


@pytest.mark.parametrize("text", ["", "ABCD", "ä" * 28, "0" * 28 + "0"], ids=["nothing", "short", "foreign", "long"])
def test_what_is_no_code_is_told_at_once(text: str):
    with pytest.raises(CodeError, match="a letter missing or wrong"):
        Code.parsed(text)


def test_a_letter_that_is_left_out_is_noticed():
    with pytest.raises(CodeError):
        Code.parsed(str(Code.new())[:-1])


def test_a_proof_is_good_for_one_side_and_two_certificates():
    code = Code.new()
    proof = code.proof(Side.SATELLITE, house=HOUSE, satellite=SATELLITE)

    assert proof == Code.parsed(str(code)).proof(Side.SATELLITE, house=HOUSE, satellite=SATELLITE)
    assert proof != code.proof(Side.HOUSE, house=HOUSE, satellite=SATELLITE)
    assert proof != code.proof(Side.SATELLITE, house=OTHER, satellite=SATELLITE)
    assert proof != code.proof(Side.SATELLITE, house=HOUSE, satellite=OTHER)
    assert proof != Code.new().proof(Side.SATELLITE, house=HOUSE, satellite=SATELLITE)
