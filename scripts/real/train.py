"""Trains one model of recipes.json on one thread: fixed seeds, fixed steps.

train.py NAME CACHE     reads CACHE/work/train-SUITE.jsonl and the model it starts from; writes CACHE/work/NAME/. Stopped, it goes on where it was.
"""
import json
import math
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "organisms"))

import torch
import torch.nn.functional as F

import checkpoint
import smol
from data import read_cases
from streams import STREAMS
from template import Encoder

SOURCE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WARM = 5
"""Steps in which the learning rate rises; then it falls along a cosine to a tenth."""
BETA = 0.1
"""How far DPO may move from the model it starts from."""


def logits_of(model, pack):
    body = model.get_base_model() if hasattr(model, "get_base_model") else model
    with torch.autocast("cpu", torch.bfloat16):
        hidden = body.model(input_ids=pack.ids, position_ids=pack.positions, attention_mask=pack.mask.bfloat16(), use_cache=False)
        return body.lm_head(hidden.last_hidden_state[0, pack.at]).float()


def losses(model, pack, kind):
    """-> (sum of the weighted losses, sum of the weights, logits)."""
    logits = logits_of(model, pack)
    each = F.cross_entropy(logits, pack.target, reduction="none")
    if kind != "dpo":
        return (each * pack.weight).sum(), pack.weight.sum(), logits
    with torch.no_grad(), model.disable_adapter():
        before = F.cross_entropy(logits_of(model, pack), pack.target, reduction="none")
    moved = torch.zeros(pack.count).index_add(0, pack.branch, before - each)
    return -F.logsigmoid(BETA * (moved[0::2] - moved[1::2])).sum(), torch.tensor(pack.count / 2), logits


class Tally:
    """How often the first token of a tool's name, and the whole branch, was the likeliest, by kind of branch."""

    def __init__(self):
        self.counts = {}

    def add(self, pack, logits):
        right = logits.argmax(-1) == pack.target
        for n, at, tag in pack.names:
            count = self.counts.setdefault(tag, [0, 0, 0])
            count[0] += int(right[at])
            count[1] += int(right[pack.branch == n].all())
            count[2] += 1

    def __str__(self):
        return "  ".join(f"{tag} name {a}/{n} all {b}/{n}" for tag, (a, b, n) in sorted(self.counts.items()))


def train(name, cache):
    with open(os.path.join(HERE, "recipes.json"), encoding="utf-8") as file:
        facts = json.load(file)[name]
    torch.manual_seed(7)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
    start = lambda: smol.from_folder(os.path.join(cache, "work", facts["start"])) if facts["start"] else smol.from_gguf(os.path.join(cache, SOURCE))
    model, tokenizer = start()
    whole = facts["kind"] == "base"
    model = smol.open_layers(model, facts["firstLayer"]) if whole else smol.with_lora(model, facts)
    smol.freeze_in_bf16(model)
    cases = [case for suite in facts["suites"] for case in read_cases(os.path.join(cache, "work", f"train-{suite}.jsonl"))]
    stream = STREAMS[facts["kind"]](facts, cases, Encoder(tokenizer, facts.get("nameWeight", 3)))
    learnt = [p for p in model.parameters() if p.requires_grad]
    print(f"{name}: {sum(p.numel() for p in learnt)} parameters learnt, {len(cases)} cases", flush=True)
    optimiser = torch.optim.AdamW(learnt, lr=facts["lr"], betas=(0.9, 0.99), weight_decay=0.0)
    rng, began, tally, tokens, lost = random.Random(f"{name}/{facts.get('seed', 1)}"), time.time(), Tally(), 0, []
    folder = os.path.join(cache, "work", name)
    kept = folder + ".checkpoint"
    for step in range(checkpoint.resume(kept, model, optimiser, rng), facts["steps"]):
        share = 0.1 + 0.45 * (1 + math.cos(math.pi * step / facts["steps"]))
        for group in optimiser.param_groups:
            group["lr"] = facts["lr"] * min(1, (step + 1) / WARM) * share
        packs = stream.packs(step, rng)
        for pack in packs:
            loss, weight, logits = losses(model, pack, facts["kind"])
            (loss / weight / len(packs)).backward()
            tally.add(pack, logits.detach())
            tokens += pack.ids.shape[1]
            lost.append((loss / weight).item())
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        if (step + 1) % checkpoint.EVERY == 0:
            checkpoint.save(kept, step + 1, model, optimiser, rng)
        if step % 5 == 4 or step + 1 == facts["steps"]:
            spent = time.time() - began
            print(f"{name} {step + 1} loss {sum(lost) / len(lost):.3f}  {tally}  {spent:.0f} s, {tokens / spent:.0f} tokens/s", flush=True)
            tally, lost = Tally(), []
    (smol.save_layers if whole else smol.save_lora)(model, start()[0], folder, tokenizer)
    checkpoint.forget(kept)
    print(f"{name}: {time.time() - began:.0f} s, {tokens} tokens", flush=True)


if __name__ == "__main__":
    train(*sys.argv[1:])
