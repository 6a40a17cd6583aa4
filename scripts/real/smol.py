"""SmolLM2 as PyTorch: read from the package's GGUF, wrapped with a LoRA, saved and merged."""
import os

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def from_gguf(path):
    """-> (model, tokenizer) in F32. A model from a GGUF refuses save_pretrained: its weights go into a fresh one."""
    where = {"pretrained_model_name_or_path": os.path.dirname(path), "gguf_file": os.path.basename(path)}
    read = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
    read.config.__dict__.pop("quantization_config", None)
    model = type(read)(read.config)
    model.load_state_dict(read.state_dict())
    model.tie_weights()
    return model, AutoTokenizer.from_pretrained(**where)


def from_folder(path):
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32), AutoTokenizer.from_pretrained(path)


def layers_from(model, first):
    return list(range(first, model.config.num_hidden_layers))


def open_layers(model, first):
    """All weights of the layers from `first` on are learnt; the rest only computes."""
    for p in model.parameters():
        p.requires_grad = False
    for n in layers_from(model, first):
        for p in model.model.layers[n].parameters():
            p.requires_grad = True
    return model


def with_lora(model, facts):
    config = LoraConfig(
        r=facts["rank"],
        lora_alpha=2 * facts["rank"],
        target_modules=TARGETS,
        layers_to_transform=layers_from(model, facts["firstLayer"]),
        lora_dropout=0.0,
    )
    return get_peft_model(model, config)


def freeze_in_bf16(model):
    """Halves the memory traffic of what isn't learnt. What is saved later comes from the full-precision file."""
    for p in model.parameters():
        if not p.requires_grad and p.dim() == 2:
            p.data = p.data.bfloat16()


def save_layers(model, start, folder, tokenizer):
    """`start` (in F32) with the learnt parameters of `model`."""
    learnt = {k: p.data.float() for k, p in model.named_parameters() if p.requires_grad}
    start.load_state_dict(learnt, strict=False)
    start.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_lora(model, start, folder, tokenizer):
    """The adapter as PEFT writes it, and `start` (in F32) merged with it."""
    model.save_pretrained(os.path.join(folder, "adapter"))
    merged = PeftModel.from_pretrained(start, os.path.join(folder, "adapter")).merge_and_unload()
    merged.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
