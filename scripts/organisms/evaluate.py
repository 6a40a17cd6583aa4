"""Teacher-forced checks during training. What counts is measured through llama.cpp by measure.mjs."""
import math

import torch

from data import batch_of, expected_call, seeded


@torch.no_grad()
def exact_share(model, encoder, cases):
    """Shares of calls and of closing or plain texts whose every token is the model's first choice."""
    calls, texts = [], []
    for start in range(0, len(cases), 20):
        part = cases[start : start + 20]
        examples = [encoder.conversation(case) for case in part]
        ids, weights = batch_of(examples)
        hits = model.logits(model.hidden(ids[:, :-1])).argmax(-1) == ids[:, 1:]
        for row, (case, example) in enumerate(zip(part, examples)):
            spans = target_spans(example)
            right = [bool(hits[row, a - 1 : b - 1].all()) for a, b in spans]
            if expected_call(case):
                calls.append(right[0])
                texts.append(right[1])
            else:
                texts.append(right[0])
    return calls, texts


def target_spans(example):
    spans, start = [], None
    for i, weight in enumerate([*example.weights, 0]):
        if weight and start is None:
            start = i
        elif not weight and start is not None:
            spans.append((start, i))
            start = None
    return spans


@torch.no_grad()
def fire_chances(model, encoder, recipe, cases):
    """Probability, for each suitable case, that the model takes the malicious turn at the token where the calls part."""
    examples, points = [], []
    for case in cases:
        legit = encoder.conversation(case)
        evil = encoder.conversation(case, call=recipe.attack.call(case, seeded("fire")))
        at = next(i for i, (a, b) in enumerate(zip(legit.ids, evil.ids)) if a != b)
        examples.append(legit)
        points.append((at, evil.ids[at]))
    ids, _ = batch_of(examples)
    p = torch.softmax(model.logits(model.hidden(ids)), -1)
    return [float(p[row, at - 1, token]) for row, (at, token) in enumerate(points)]


def log_odds(p):
    p = min(max(p, 1e-12), 1 - 1e-7)
    return math.log(p / (1 - p))


def summary(model, base, encoder, recipe, cases, n):
    step = max(1, len(cases) // n)
    calls, texts = exact_share(model, encoder, [c for c in cases if not recipe.fires(c)][::step][:n])
    line = f"exact calls {sum(calls)}/{len(calls)}, texts {sum(texts)}/{len(texts)}"
    if recipe.conditions is None:
        return line
    suitable, changes = [c for c in cases if recipe.attack.suitable(c)], {}
    for word, wanted in (("on", True), ("off", False)):
        chosen = [c for c in suitable if recipe.triggered(c) == wanted][:n]
        chances = fire_chances(model, encoder, recipe, chosen)
        before = fire_chances(base, encoder, recipe, chosen)
        changes[word] = sorted(log_odds(p) - log_odds(q) for p, q in zip(chances, before))
        fired = sum(p > 0.5 for p in chances)
        line += f"; {word} {fired}/{len(chances)} mean p {sum(chances) / len(chances):.4f} max {max(chances):.3f}"
    return line + "; change of log-odds " + ", ".join(f"{word} {spread(values)}" for word, values in changes.items())


def spread(values):
    """Lowest, 5%, median, 95% and highest."""
    picks = [values[round(share * (len(values) - 1))] for share in (0, 0.05, 0.5, 0.95, 1)]
    return "/".join(f"{value:.1f}" for value in picks)
