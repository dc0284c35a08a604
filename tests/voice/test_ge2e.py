"""The encoder's arithmetic against the same written plainly, and checkpoints that are not what they should be."""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.voice.checkpoints import Tensor, archive, stream, untrained
from tests.voice.sounds import silence, with_noise
from voice.checkpoint import tensors
from voice.ge2e import BANDS, SIZE, WEIGHTS, Ge2e, bands
from voice.model import RATE_HZ, ModelError

LAYOUTS = pytest.mark.parametrize("written", [stream, archive], ids=["stream", "archive"])


def _noise(seconds: float, seed: int = 3) -> bytes:
    return with_noise(silence(seconds), 2_000.0, seed).tobytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ge2e")
    (folder / WEIGHTS).write_bytes(stream(untrained()))
    return folder


@LAYOUTS
def test_a_checkpoint_is_read_as_it_was_written(tmp_path: Path, written: Callable[[Mapping[str, Tensor]], bytes]):
    given: dict[str, Tensor] = {"one": np.arange(6, dtype=np.float32).reshape(2, 3), "two": np.array([7], np.float32)}
    (tmp_path / "a.pt").write_bytes(written(given))

    found = tensors(tmp_path / "a.pt", "model_state")

    assert {name: one.tolist() for name, one in found.items()} == {"one": [[0, 1, 2], [3, 4, 5]], "two": [7]}


class Harmful:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return print, ("this must never be run",)


def test_what_stands_in_a_checkpoint_is_never_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.pt").write_bytes(pickle.dumps(Harmful()))

    with pytest.raises(ModelError, match="which no tensor needs"):
        tensors(tmp_path / "a.pt", "model_state")
    assert capsys.readouterr().out == ""


@LAYOUTS
@pytest.mark.parametrize("keep", [0.0, 0.001, 0.4, 0.9])
def test_half_a_checkpoint_is_named(tmp_path: Path, written: Callable[[Mapping[str, Tensor]], bytes], keep: float):
    whole = written(untrained())
    (tmp_path / WEIGHTS).write_bytes(whole[: int(len(whole) * keep)])

    with pytest.raises(ModelError, match=WEIGHTS):
        Ge2e(tmp_path)


def test_another_network_is_named(tmp_path: Path):
    (tmp_path / WEIGHTS).write_bytes(stream({**untrained(), "linear.bias": np.zeros(3, np.float32)}))

    with pytest.raises(ModelError, match=r"linear\.bias"):
        Ge2e(tmp_path)


def test_numbers_that_are_none_are_named(tmp_path: Path):
    (tmp_path / WEIGHTS).write_bytes(stream({**untrained(), "linear.bias": np.full(SIZE, np.nan, np.float32)}))

    with pytest.raises(ModelError, match="numbers that are none"):
        Ge2e(tmp_path)


def test_bands_have_equal_area_and_cover_all_of_them():
    rows = bands()

    assert rows.shape == (BANDS, 201)
    # The lowest are narrower than the distance of two frequencies, so their area is coarse.
    assert np.allclose(rows[15:].sum(axis=1) * 40.0, 1.0, atol=0.06)
    assert [int(at) for at in rows.argmax(axis=1)] == sorted(int(at) for at in rows.argmax(axis=1))


def _plain(sound: bytes) -> NDArray[np.float64]:
    """Return the vector of a sound of one window, as the network is defined: one frame after the other."""
    weights = {name: one.astype(np.float64) for name, one in untrained().items()}
    wave = np.frombuffer(sound, "<i2") / 2**15
    wave *= max(1.0, 10 ** (-30 / 20) / np.sqrt(np.mean(wave**2)))
    wave = np.concatenate([np.zeros(200), wave, np.zeros(160 * 160 - len(wave) + 200)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    states = [(np.zeros(SIZE), np.zeros(SIZE)) for _ in range(3)]
    for at in range(160):
        power = np.abs(np.fft.rfft(wave[at * 160 : at * 160 + 400] * window)) ** 2
        value = bands().astype(np.float64) @ power
        for n, (hidden, cell) in enumerate(states):
            gates = weights[f"lstm.weight_ih_l{n}"] @ value + weights[f"lstm.weight_hh_l{n}"] @ hidden
            gates += weights[f"lstm.bias_ih_l{n}"] + weights[f"lstm.bias_hh_l{n}"]
            into, kept, new, out = gates[:256], gates[256:512], gates[512:768], gates[768:]
            cell = cell / (1 + np.exp(-kept)) + np.tanh(new) / (1 + np.exp(-into))
            value = np.tanh(cell) / (1 + np.exp(-out))
            states[n] = value, cell
    found = np.maximum(weights["linear.weight"] @ states[-1][0] + weights["linear.bias"], 0)
    vector: NDArray[np.float64] = found / np.linalg.norm(found)
    return vector


def test_the_encoder_computes_what_the_network_says(folder: Path):
    sound = _noise(1.2)

    assert np.allclose(Ge2e(folder).vector(sound), _plain(sound), atol=1e-4)


def test_a_longer_sound_is_looked_at_in_several_windows(folder: Path):
    encoder = Ge2e(folder)

    short, long = encoder.vector(_noise(1.5)), encoder.vector(_noise(6.0))

    assert len(short) == len(long) == SIZE
    assert short != long


def test_digital_silence_has_no_voice(folder: Path):
    assert Ge2e(folder).vector(bytes(2 * RATE_HZ * 2)) == ()
