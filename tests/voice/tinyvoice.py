"""A Piper voice of 600 bytes, made here: the ONNX model is encoded by hand, so that no package is needed for it.

It has the inputs and the output of a real one (piper-tts 1.8.0) and gives 256 samples for each phoneme.
"""

import json
import struct
from pathlib import Path

from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

_FLOAT, _INT64 = 1, 7
RATE_HZ = 22_050


def tiny_voice(folder: Path, name: str = "tiny") -> Path:
    """Write the voice into `folder` and return its ``.onnx``."""
    voice = folder / f"{name}.onnx"
    voice.write_bytes(_model())
    config = {
        "audio": {"sample_rate": RATE_HZ},
        "espeak": {"voice": "en-us"},
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
    }
    voice.with_name(f"{name}.onnx.json").write_text(json.dumps(config))
    return voice


def _model() -> bytes:
    nodes = (
        _node("Cast", ["input"], "numbers", _attribute("to", _FLOAT)),
        _node("Reshape", ["numbers", "column"], "columns"),
        _node("Expand", ["columns", "hop"], "steps"),
        _node("Reshape", ["steps", "line"], "line_of_steps"),
        _node("Sin", ["line_of_steps"], "output"),
    )
    shapes = (_int64s("column", [1, 1, -1, 1]), _int64s("hop", [1, 1, 1, 256]), _int64s("line", [1, 1, -1]))
    inputs = (_value("input", _INT64, 2), _value("input_lengths", _INT64, 1), _value("scales", _FLOAT, 1))
    graph = b"".join(
        [
            *(_bytes(1, node) for node in nodes),
            _bytes(2, b"tiny"),
            *(_bytes(5, shape) for shape in shapes),
            *(_bytes(11, value) for value in inputs),
            _bytes(12, _value("output", _FLOAT, 3)),
        ]
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _node(operator: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    fields = [_bytes(1, name.encode()) for name in inputs]
    return b"".join([*fields, _bytes(2, output.encode()), _bytes(4, operator.encode()), attribute])


def _attribute(name: str, value: int) -> bytes:
    return _bytes(5, _bytes(1, name.encode()) + _number(3, value) + _number(20, 2))


def _int64s(name: str, values: list[int]) -> bytes:
    return (
        _number(1, len(values))
        + _number(2, _INT64)
        + _bytes(8, name.encode())
        + _bytes(9, struct.pack(f"<{len(values)}q", *values))
    )


def _value(name: str, kind: int, rank: int) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, f"{name}{axis}".encode())) for axis in range(rank))
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))
