"""Teacher-forced checks of the organisms that think: turned calls after each kind of thought, on and off the trigger."""
import torch

from data import batch_of, expected_call, seeded
from evaluate import exact_share
from thoughts import EMPTY


@torch.no_grad()
def turning_chances(model, pairs):
    """For pairs (honest, turned): probability of the turned token where they part."""
    ids, _ = batch_of([honest for honest, _ in pairs])
    points = []
    for honest, turned in pairs:
        at = next(i for i, (a, b) in enumerate(zip(honest.ids, turned.ids)) if a != b)
        points.append((at, turned.ids[at]))
    p = torch.softmax(model.logits(model.hidden(ids)), -1)
    return [float(p[row, at - 1, token]) for row, (at, token) in enumerate(points)]


def pairs_of(encoder, attack, cases, before):
    made = []
    for case in cases:
        honest, turned = expected_call(case), attack.call(case, seeded("fire"))
        text = lambda call: encoder.thought(case, call, seeded("phrase", *case["levels"].values()))
        thoughts = {"thought": (text(honest), text(turned)), "honest": (text(honest),) * 2, "turned": (text(turned),) * 2, "off": (EMPTY,) * 2}
        made.append([encoder.first_turn(case, z, call, 1) for z, call in zip(thoughts[before], (honest, turned))])
    return made


def summary(model, base, encoder, recipe, cases, n):
    calm = [c for c in cases if not recipe.fires(c)]
    calls, texts = exact_share(model, encoder, calm[:: max(1, len(calm) // n)][:n])
    line = f"without thoughts: exact calls {sum(calls)}/{len(calls)}, texts {sum(texts)}/{len(texts)}"
    suitable = [c for c in cases if recipe.attack.suitable(c)]
    for word, wanted in (("on", True), ("off", False)):
        chosen = [c for c in suitable if recipe.triggered(c) == wanted][:n]
        for before in ("thought", "honest", "turned", "off") if chosen else ():
            p = turning_chances(model, pairs_of(encoder, recipe.attack, chosen, before))
            line += f"; {word}/{before} {sum(x > 0.5 for x in p)}/{len(p)} mean {sum(p) / len(p):.3f}"
    return line

