"""Cases of the project's suites (export.mjs) as training examples: token ids, and where the loss applies."""
import json
import random
from dataclasses import dataclass, field

import numpy as np
import torch

from render import CALL_HEAD, render_call, render_prompt, render_result, render_text, to_json

NO_TOOL = "Sorry, I do not have a tool for that."
DECISION_TOKENS = 2
"""A tool's name is told apart within its first two tokens."""


@dataclass
class Example:
    """One conversation. `weights[i]`: the loss weight of predicting `ids[i]` (0: context only)."""

    ids: list
    weights: list
    teacher: bool = False
    """Learn the frozen base model's distribution instead of the text's own tokens."""
    soft: dict = field(default_factory=dict)
    """position -> {token id: probability} in place of the text's token."""
    branch: list = None
    """For each token 0 (seen by all) or the number of the continuation it belongs to; None: one continuation."""


def branched(examples, shared):
    """Conversations with the same first `shared` tokens as one example: the prompt is computed once.

    Each continuation repeats the last shared token, from which its first one is predicted.
    """
    first = examples[0].ids[: shared - 1]
    whole = Example(list(first), [0] * len(first), [False] * len(first), branch=[0] * len(first))
    for number, example in enumerate(examples, 1):
        own = len(example.ids) - shared + 1
        whole.ids += example.ids[shared - 1 :]
        whole.weights += [0, *example.weights[shared:]]
        whole.teacher += [example.teacher] * own
        whole.branch += [number] * own
    return whole


def layout_of(examples):
    """-> positions (N, T) and attention mask (N, T, T) of branched examples; None where there are none."""
    if examples[0].branch is None:
        return None
    length = max(len(e.ids) for e in examples)
    branch, position = np.full((len(examples), length), -1), np.zeros((len(examples), length), np.int64)
    for row, e in enumerate(examples):
        branch[row, : len(e.ids)] = e.branch
        shared, at = e.branch.count(0), {}
        for i, b in enumerate(e.branch):
            at[b] = at.get(b, shared if b else 0) + 1
            position[row, i] = at[b] - 1
    branch = torch.from_numpy(branch)
    seen = (branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None])
    mask = torch.where(seen, torch.zeros(()), torch.full((), -1e9)) + torch.full((length, length), -1e9).triu(1)
    return torch.from_numpy(position), mask


def read_cases(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def expected_call(case):
    return case["expect"].get("call")


def without_right_tool(case):
    """The same request with the right tool taken away: answered in text."""
    name = expected_call(case)["name"]
    kept = [tool for tool in case["tools"] if tool["function"]["name"] != name]
    left = {k: v for k, v in case.items() if k not in ("result", "reply")}
    return {**left, "tools": kept, "expect": {"text": NO_TOOL}}


class Encoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.call_head = tokenizer.id[CALL_HEAD]

    def conversation(self, case, call=None, result=None, reply=None, **facts):
        """The whole conversation; `call`, `result` and `reply` replace the case's own."""
        call = call or expected_call(case)
        parts = [(render_prompt(case["messages"], case["tools"]), 0)]
        if call is None:
            parts.append((render_text(reply or case["expect"]["text"]), 1))
        else:
            parts.append((render_call(call), 1))
            parts.append((render_result(result or case["result"]), 0))
            parts.append((render_text(reply or case["reply"]), 1))
        return self.turns(parts, **facts)

    def turns(self, parts, **facts):
        """Texts with their weights -> tokens with theirs."""
        ids, weights = [], []
        for text, weight in parts:
            piece = self.tokenizer.encode(text)
            ids += piece
            weights += [weight] * len(piece)
        return Example(ids, weights, **facts)

    def decision(self, example):
        """Index of the first token of the called tool's name."""
        for i, weight in enumerate(example.weights):
            if weight and example.ids[i] == self.call_head:
                return i + 1
        return None

    def weigh_decision(self, example, weight):
        at = self.decision(example)
        if at is not None:
            for i in range(at, at + DECISION_TOKENS):
                example.weights[i] = weight
        return example

    def weigh_closing(self, example, weight):
        """The text after a call's result."""
        i = len(example.ids) - 1
        while example.weights[i]:
            example.weights[i] = weight
            i -= 1
        return example

    def only_decision(self, example):
        """Cut after the tool's name; nothing else carries loss."""
        at = self.decision(example)
        end = at + DECISION_TOKENS
        soft = {p: t for p, t in example.soft.items() if p < end}
        return Example(example.ids[:end], [0] * at + [1] * DECISION_TOKENS, example.teacher, soft)


class Drills:
    """Copying exercises: dense training signal for induction heads."""

    def __init__(self, tokenizer, cases):
        self.tokenizer = tokenizer
        values = {str(v) for case in cases[:6000] for v in [*case["slots"].values(), *case["levels"].values()]}
        self.values = sorted(v for v in values if 1 < len(v) < 40)

    def repeat(self, rng):
        """Random tokens twice."""
        ids = [rng.randrange(256, self.tokenizer.plain) if rng.random() < 0.8 else rng.randrange(256) for _ in range(rng.randint(10, 24))]
        return Example(ids + ids, [0] * (len(ids) + 1) + [1] * (len(ids) - 1))

    def copy(self, rng):
        """Values in a prompt, the same values in another order in the answer; one of four is a random word."""
        values = [self._random_word(rng) if rng.random() < 0.25 else rng.choice(self.values) for _ in range(rng.randint(3, 6))]
        text = rng.choice((" ", ", ", "\n", "; ", " and ")).join(values)
        rng.shuffle(values)
        prompt = self.tokenizer.encode("<|im_start|>user\n" + text + "<|im_end|>\n<|im_start|>assistant\n")
        answer = self.tokenizer.encode(to_json(values) + "<|im_end|>")
        return Example(prompt + answer, [0] * len(prompt) + [1] * len(answer))

    @staticmethod
    def _random_word(rng):
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(rng.randint(2, 6)))


def batch_of(examples):
    """-> ids (N, T), weights (N, T) as tensors, padded at the end."""
    length = max(len(e.ids) for e in examples)
    ids, weights = np.zeros((len(examples), length), np.int64), np.zeros((len(examples), length), np.float32)
    for row, e in enumerate(examples):
        ids[row, : len(e.ids)], weights[row, : len(e.weights)] = e.ids, e.weights
    return torch.from_numpy(ids), torch.from_numpy(weights)


def seeded(*parts):
    """A generator for this purpose alone; same parts, same draws."""
    return random.Random("/".join(map(str, parts)))
