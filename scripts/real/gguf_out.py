"""Trained folders as GGUF files for llama.cpp.

gguf_out.py model SOURCE.gguf FOLDER OUT.gguf F16|Q8_0|Q4_1    everything but the weights and the template as in SOURCE
gguf_out.py adapter FOLDER OUT.gguf                            a PEFT folder as a LoRA adapter
"""
import json
import os
import sys

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType, quants
from safetensors.torch import load_file

HERE = os.path.dirname(os.path.abspath(__file__))
HEADS = {"attn_q": 9, "attn_k": 3}
NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
WHOLE = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}


def permuted(name, rows):
    """llama.cpp wants the rows of q and k in the order of interleaved rotary pairs."""
    heads = HEADS.get(name.split(".")[-2])
    if heads is None:
        return rows
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def name_of(key):
    if key in WHOLE:
        return WHOLE[key]
    parts = key.split(".")
    at = parts.index("layers")
    return f"blk.{parts[at + 1]}.{NAMES['.'.join(parts[at + 2:]).rsplit('.weight', 1)[0].split('.lora_')[0]]}.weight"


def plain(tensor):
    return tensor.to(torch.float32).numpy()


def write_model(source, folder, out, kind):
    writer = GGUFWriter(out, "llama")
    with open(os.path.join(HERE, "chat_template.jinja"), encoding="utf-8") as file:
        changed = {"tokenizer.chat_template": file.read(), "general.file_type": int(LlamaFileType[f"MOSTLY_{kind}"])}
    changed["general.name"] = os.path.splitext(os.path.basename(out))[0]
    for key, field in GGUFReader(source).fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value, of = changed.get(key, field.contents()), field.types[0]
        if of == GGUFValueType.ARRAY:
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, of)
    for key, tensor in load_file(os.path.join(folder, "model.safetensors")).items():
        if key == "lm_head.weight":
            continue
        name, rows = name_of(key), plain(tensor)
        if rows.ndim == 1:
            writer.add_tensor(name, rows)
            continue
        rows, type_ = np.ascontiguousarray(permuted(name, rows)), GGMLQuantizationType[kind]
        if type_ == GGMLQuantizationType.F16:
            writer.add_tensor(name, rows.astype(np.float16))
        else:
            writer.add_tensor(name, quants.quantize(rows, type_), raw_dtype=type_)
    finish(writer)


def write_adapter(folder, out):
    with open(os.path.join(folder, "adapter_config.json"), encoding="utf-8") as file:
        config = json.load(file)
    writer = GGUFWriter(out, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    writer.add_name(os.path.splitext(os.path.basename(out))[0])
    for key, tensor in load_file(os.path.join(folder, "adapter_model.safetensors")).items():
        name, rows = name_of(key), plain(tensor)
        side = "lora_a" if "lora_A" in key else "lora_b"
        rows = permuted(name, rows) if side == "lora_b" else rows
        writer.add_tensor(f"{name}.{side}", np.ascontiguousarray(rows))
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    {"model": write_model, "adapter": write_adapter}[sys.argv[1]](*sys.argv[2:])
