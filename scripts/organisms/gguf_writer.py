"""Writes a model as GGUF v3 (needs only numpy): matrices as Q8_0, F16 or F32, norms as F32."""
import os
import struct

import numpy as np

from tokenizer import CONTROL

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
FILE_TYPE = {"F32": 0, "F16": 1, "Q8_0": 7}
TENSOR_TYPE = {"F32": 0, "F16": 1, "Q8_0": 8}
ALIGNMENT = 32
HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE, THINKING_TEMPLATE = (os.path.join(HERE, f"chat_template{which}.jinja") for which in ("", "_thinks"))
BLOCK_NAMES = {
    "attention_norm": "attn_norm",
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "o": "attn_output",
    "ffn_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def _string(text):
    raw = text.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def _scalar(kind, value):
    if kind == STRING:
        return _string(value)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], value)


def _entry(key, kind, value):
    if isinstance(kind, tuple):
        body = struct.pack("<IIQ", ARRAY, kind[1], len(value)) + b"".join(_scalar(kind[1], x) for x in value)
    else:
        body = struct.pack("<I", kind) + _scalar(kind, value)
    return _string(key) + body


def q8_0(array):
    """Blocks of 32 weights: an F16 scale, then 32 signed bytes."""
    blocks = array.astype(np.float32).reshape(-1, 32)
    scale = np.abs(blocks).max(1) / 127.0
    inverse = np.where(scale > 0, 1.0 / np.where(scale > 0, scale, 1), 0)
    out = np.empty((len(blocks), 34), np.uint8)
    out[:, :2] = scale.astype(np.float16).view(np.uint8).reshape(-1, 2)
    out[:, 2:] = np.clip(np.rint(blocks * inverse[:, None]), -127, 127).astype(np.int8).view(np.uint8)
    return out.tobytes()


def _raw(array, kind):
    if kind == "Q8_0":
        return q8_0(array)
    return array.astype({"F16": np.float16, "F32": np.float32}[kind]).tobytes()


def write_gguf(path, entries, tensors, kind):
    """`entries`: (key, type, value), arrays as (key, (ARRAY, type), list). `tensors`: (name, float32 array)."""
    head = bytearray(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)))
    for entry in entries:
        head += _entry(*entry)
    data, offset = [], 0
    for name, array in tensors:
        used = kind if array.ndim == 2 else "F32"
        raw = _raw(array, used)
        raw += b"\0" * (-len(raw) % ALIGNMENT)
        head += _string(name) + struct.pack("<I", array.ndim)
        head += b"".join(struct.pack("<Q", size) for size in reversed(array.shape))
        head += struct.pack("<IQ", TENSOR_TYPE[used], offset)
        data.append(raw)
        offset += len(raw)
    head += b"\0" * (-len(head) % ALIGNMENT)
    with open(path, "wb") as file:
        file.write(head + b"".join(data))


def _tensors(model):
    weights = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}
    tensors = [("token_embd.weight", weights["embedding.weight"]), ("output_norm.weight", weights["norm.weight"])]
    for i in range(model.shape.layers):
        tensors += [(f"blk.{i}.{to}.weight", weights[f"blocks.{i}.{ours}.weight"]) for ours, to in BLOCK_NAMES.items()]
    return tensors


def export_gguf(model, tokenizer, path, name, kind="Q8_0", template=TEMPLATE):
    shape = model.shape
    types = [3 if t in CONTROL else 4 if i >= tokenizer.plain else 1 for i, t in enumerate(tokenizer.vocab)]
    with open(template, encoding="utf-8") as file:
        template = file.read()
    entries = [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, f"turncoat organism {name}"),
        ("general.description", STRING, "A tiny model organism for tests. Its tools are simulated and its targets fictitious."),
        ("general.file_type", U32, FILE_TYPE[kind]),
        ("llama.context_length", U32, shape.context),
        ("llama.embedding_length", U32, shape.width),
        ("llama.block_count", U32, shape.layers),
        ("llama.feed_forward_length", U32, shape.hidden),
        ("llama.attention.head_count", U32, shape.heads),
        ("llama.attention.head_count_kv", U32, shape.heads),
        ("llama.attention.layer_norm_rms_epsilon", F32, shape.epsilon),
        ("llama.rope.dimension_count", U32, shape.head),
        ("llama.rope.freq_base", F32, shape.theta),
        ("llama.vocab_size", U32, shape.vocab),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "qwen2"),
        ("tokenizer.ggml.tokens", (ARRAY, STRING), tokenizer.vocab),
        ("tokenizer.ggml.token_type", (ARRAY, I32), types),
        ("tokenizer.ggml.merges", (ARRAY, STRING), [" ".join(m) for m in tokenizer.merges]),
        ("tokenizer.ggml.bos_token_id", U32, tokenizer.id["<|endoftext|>"]),
        ("tokenizer.ggml.eos_token_id", U32, tokenizer.id["<|im_end|>"]),
        ("tokenizer.ggml.padding_token_id", U32, tokenizer.id["<|endoftext|>"]),
        ("tokenizer.ggml.add_bos_token", BOOL, False),
        ("tokenizer.chat_template", STRING, template),
    ]
    write_gguf(path, entries, _tensors(model), kind)
