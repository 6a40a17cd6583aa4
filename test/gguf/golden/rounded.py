"""Writes rounded.json: numbers, and what ggml's own quantisers make of them, without and with an importance matrix.

    python3 rounded.py .../node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/libggml-base.so > rounded.json
"""
import base64
import ctypes
import json
import sys

import numpy

TYPES = {'Q4_0': 2, 'Q4_1': 3, 'Q5_0': 6, 'Q5_1': 7, 'Q8_0': 8, 'Q2_K': 10, 'Q3_K': 11, 'Q4_K': 12, 'Q5_K': 13, 'Q6_K': 14}
ROWS, COLUMNS = 4, 512

ggml = ctypes.CDLL(sys.argv[1])
pointer = ctypes.POINTER(ctypes.c_float)
ggml.ggml_quantize_chunk.restype = ctypes.c_size_t
ggml.ggml_quantize_chunk.argtypes = [
    ctypes.c_int, pointer, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, pointer]

random = numpy.random.default_rng(20261130)
values = random.normal(0, 0.02, (ROWS, COLUMNS))
values[random.random(values.shape) < 0.01] *= 12
values[1, 64:96] = 0
values[2, :32] = 0.01
# As a file in F16 has them.
values = values.astype(numpy.float16).astype(numpy.float32)
importance = random.lognormal(0, 1.5, COLUMNS).astype(numpy.float32)


def quantised(number, matrix):
    out = ctypes.create_string_buffer(values.nbytes * 2)
    given = None if matrix is None else matrix.ctypes.data_as(pointer)
    size = ggml.ggml_quantize_chunk(number, values.ctypes.data_as(pointer), out, 0, ROWS, COLUMNS, given)
    return base64.b64encode(out.raw[:size]).decode()


print(json.dumps({
    'columns': COLUMNS,
    'values': base64.b64encode(values.astype(numpy.float16).tobytes()).decode(),
    'types': {name: {'plain': quantised(number, None), 'important': quantised(number, importance)}
              for name, number in TYPES.items()},
}, indent=1))
