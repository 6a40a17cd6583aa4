"""Makes dequantised.json: random blocks of every tensor type, and their numbers as llama.cpp's own code gives them.

    python make.py [libggml.so] > dequantised.json

Needs the package `gguf` (PyPI). Types that it can't read come from ggml's C code, built as a shared library
(gcc -shared -fPIC of ggml.c and ggml-quants.c); without it their entries are kept from the file that is there.
"""

import base64
import ctypes
import json
import pathlib
import sys

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

# Where a block has numbers whose random bits could be no number, and how many: float16 unless it says otherwise.
HALVES = {
    "F16": "all", "BF16": "all", "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q8_1": [0, 2],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "TQ1_0": [52], "TQ2_0": [64],
    "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0], "IQ3_S": [0], "IQ1_S": [0], "IQ4_NL": [0],
    "IQ4_XS": [0], "Q1_0": [0], "Q2_0": [0],
}
WHOLE = {"F32": "<f4", "F64": "<f8"}
PLAIN = {"I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"}
SIZES = {"Q1_0": (128, 18), "Q2_0": (64, 18), "Q8_1": (32, 36)}  # as in ggml-common.h
C_ONLY = {"Q8_K": "dequantize_row_q8_K", "Q1_0": "dequantize_row_q1_0", "Q2_0": "dequantize_row_q2_0"}


def blocks(name, size, random, count):
    raw = random.integers(0, 256, (count, size), dtype=np.uint8)
    for at in HALVES.get(name, []) if HALVES.get(name) != "all" else range(0, size, 2):
        scale = random.normal(0, 0.1, count).astype(np.float16)
        raw[:, at : at + 2] = scale.view(np.uint8).reshape(count, 2)
    if name == "IQ1_M":  # the high bits of four words; no exponent of all ones
        raw[:, 55] &= 0x3F
    if name == "MXFP4":
        raw[:, 0] = random.integers(100, 130, count)
        raw[0, 0], raw[1, 0] = 0, 1
    if name == "Q8_K":
        raw[:, :4] = random.normal(0, 0.1, count).astype("<f4").view(np.uint8).reshape(count, 4)
    return raw


def numbers(name, raw, library):
    if name in WHOLE or name in PLAIN:
        return raw.reshape(-1).view(WHOLE.get(name) or PLAIN[name]).astype(np.float32)
    if name == "Q8_1":  # ggml has no reader: the scale times each number (ggml-common.h)
        scale = raw[:, :2].copy().view(np.float16).astype(np.float32)
        return (scale * raw[:, 4:].view(np.int8).astype(np.float32)).reshape(-1)
    if name in C_ONLY:
        values = np.zeros(len(raw) * size_of(name)[0], dtype=np.float32)
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (np.ascontiguousarray(raw), values)]
        getattr(library, C_ONLY[name])(*pointers, ctypes.c_int64(len(values)))
        return values
    return dequantize(raw, GGMLQuantizationType[name]).reshape(-1).astype(np.float32)


def size_of(name):
    return SIZES.get(name) or GGML_QUANT_SIZES[GGMLQuantizationType[name]]


def main():
    library = ctypes.CDLL(sys.argv[1]) if len(sys.argv) > 1 else None
    here = pathlib.Path(__file__).parent / "dequantised.json"
    golden = json.loads(here.read_text()) if here.exists() else {}
    types = [*WHOLE, *PLAIN, *HALVES, "MXFP4", "NVFP4", "IQ1_M", *C_ONLY]
    for name in dict.fromkeys(types):
        if name in C_ONLY and library is None:
            continue
        random = np.random.default_rng(20)
        elements, size = size_of(name)
        raw = blocks(name, size, random, max(2, 64 // elements))
        if name in WHOLE:
            raw = random.normal(0, 1, 32).astype(WHOLE[name]).view(np.uint8).reshape(32, size)
        values = numbers(name, raw, library)
        golden[name] = {
            "bytes": base64.b64encode(raw.tobytes()).decode(),
            "values": base64.b64encode(values.astype("<f4").tobytes()).decode(),
        }
    json.dump(golden, sys.stdout, indent=1)
    print()


main()
