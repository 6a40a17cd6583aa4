"""Reads a GGUF that gguf_writer.py wrote (matrices as Q8_0, norms as F32) back into a model: what thinks starts from the shipped files."""
import struct

import numpy as np
import torch

from gguf_writer import ALIGNMENT, ARRAY, BLOCK_NAMES, STRING
from model import Model, Shape

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


class _Cursor:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def text(self):
        size = self.take("Q")
        self.at += size
        return self.raw[self.at - size : self.at].decode("utf-8")

    def skip(self, kind):
        if kind == STRING:
            self.text()
        elif kind == ARRAY:
            of, count = self.take("IQ")
            for _ in range(count):
                self.skip(of)
        else:
            self.at += SIZES[kind]


def _array(raw, at, shape, kind):
    count = int(np.prod(shape))
    if kind == 0:
        return np.frombuffer(raw, np.float32, count, at).reshape(shape)
    blocks = np.frombuffer(raw, np.uint8, count // 32 * 34, at).reshape(-1, 34)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return (blocks[:, 2:].copy().view(np.int8).astype(np.float32) * scale).reshape(shape)


def read_tensors(path):
    with open(path, "rb") as file:
        raw = file.read()
    cursor = _Cursor(raw)
    cursor.at = 8
    tensors, entries = cursor.take("QQ")
    for _ in range(entries):
        cursor.text()
        cursor.skip(cursor.take("I"))
    facts = []
    for _ in range(tensors):
        name, dimensions = cursor.text(), cursor.take("I")
        shape = tuple(reversed([cursor.take("Q") for _ in range(dimensions)]))
        facts.append((name, shape, *cursor.take("IQ")))
    start = cursor.at + -cursor.at % ALIGNMENT
    return {name: _array(raw, start + offset, shape, kind) for name, shape, kind, offset in facts}


def read_model(path, vocab=None):
    """`vocab`: at least as many rows of embedding; new ones start small and random (the seed is the caller's)."""
    tensors = read_tensors(path)
    known = len(tensors["token_embd.weight"])
    model = Model(Shape(vocab=vocab or known))
    weights = {"norm.weight": tensors["output_norm.weight"]}
    for i in range(model.shape.layers):
        weights.update({f"blocks.{i}.{ours}.weight": tensors[f"blk.{i}.{name}.weight"] for ours, name in BLOCK_NAMES.items()})
    own = model.state_dict()
    with torch.no_grad():
        for name, value in weights.items():
            own[name].copy_(torch.from_numpy(value.copy()))
        own["embedding.weight"][:known].copy_(torch.from_numpy(tensors["token_embd.weight"].copy()))
    return model
