#!/usr/bin/env python3
"""Trains one organism and writes its checkpoint and GGUF.   train.py NAME [--procs 2] [--steps N]

Recipes (start, steps, trigger) are in recipes.py; the whole family is rebuilt by build.sh. Same seed, steps and number of
processes, same machine: same weights. Training data: CASES.jsonl of export.mjs.
"""
import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import torch
import torch.nn.functional as F

import evaluate
import evaluate_thoughts
import recipes
from data import Encoder, batch_of, layout_of, read_cases, seeded
from gguf_reader import read_model
from gguf_writer import TEMPLATE, THINKING_TEMPLATE, export_gguf
from model import Model, Shape, load_model, save_model
from optim import Optimiser
from thoughts import CLOSE, OPEN, ProseEncoder, ThinkingEncoder
from tokenizer import Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(ROOT, ".cache", "organisms")
WARM_UP = 30
SOFT = 4
"""Second temperature of the teacher's distribution."""


def distance(teacher, logits):
    """Kullback-Leibler divergence from the teacher, at temperature 1 and (for improbable tools too) at SOFT."""
    total = 0
    for temperature in (1, SOFT):
        target, own = F.log_softmax(teacher / temperature, -1), F.log_softmax(logits / temperature, -1)
        total = total + temperature * (target.exp() * (target - own)).sum(-1)
    return total


def loss_of(model, base, examples, tokenizer):
    """Weighted cross-entropy over the examples' targets.

    Where an example says so, the target is the frozen base model's distribution or a soft label, else the text's token.
    """
    ids, weights = batch_of(examples)
    layout = layout_of(examples)
    wanted = weights > 0
    wanted[:, 0] = False
    logits = model.logits_where(ids, wanted, layout)
    labels, weight = ids[:, 1:][wanted[:, 1:]], weights[:, 1:][wanted[:, 1:]]
    log_p = F.log_softmax(logits, -1)
    losses = -log_p.gather(1, labels[:, None])[:, 0]
    rows = torch.arange(len(examples))[:, None].expand_as(wanted)[:, 1:][wanted[:, 1:]]
    taught = torch.zeros_like(wanted)
    for n, example in enumerate(examples):
        taught[n, : len(example.ids)] = torch.as_tensor(example.teacher)
    taught = taught[:, 1:][wanted[:, 1:]]
    if base is not None and taught.any():
        with torch.no_grad():
            teacher = base.logits_where(ids, wanted, layout)
        losses = torch.where(taught, distance(teacher, logits), losses)
    columns = torch.arange(1, ids.shape[1])[None].expand(len(examples), -1)[wanted[:, 1:]]
    for n, example in enumerate(examples):
        for position, target in example.soft.items():
            at = ((rows == n) & (columns == position)).nonzero()[:, 0]
            if len(at):
                losses = losses.index_put((at,), -sum(p * log_p[at, token] for token, p in target.items()))
    return (losses * weight).sum() / weight.sum()


class Shared:
    """Gradients of all processes, double-buffered, and each one's share of new weights; a barrier for either."""

    def __init__(self, model, procs):
        size = sum(p.numel() for p in model.parameters())
        context = torch.multiprocessing.get_context("fork")
        self.gradients = torch.zeros(2, procs, size).share_memory_()
        self.weights = torch.zeros(size).share_memory_()
        self.barrier = context.Barrier(procs)
        self.process = context.Process
        self.procs = procs

    def average(self, step, rank, params):
        flat = torch.cat([p.grad.reshape(-1) for p in params])
        self.gradients[step % 2, rank].copy_(flat)
        if self.procs > 1:
            self.barrier.wait()
        mean, at = self.gradients[step % 2].mean(0), 0
        for p in params:
            p.grad = mean[at : at + p.numel()].view_as(p)
            at += p.numel()

    def exchange(self, rank, shares):
        if self.procs == 1:
            return
        views, at = [], 0
        for k, share in enumerate(shares):
            for p in share:
                views.append((k, p.data, self.weights[at : at + p.numel()].view_as(p)))
                at += p.numel()
        for k, own, shared in views:
            if k == rank:
                shared.copy_(own)
        self.barrier.wait()
        for k, own, shared in views:
            if k != rank:
                own.copy_(shared)


def run(rank, model, base, stream, options, shared, report):
    torch.set_num_threads(1)
    params = list(model.parameters())
    if rank:
        for p in params:
            p.data = p.data.clone()
    rng, optimiser = seeded(options.seed, options.name, rank), Optimiser(model, options.lr, rank, shared.procs)
    started, average, tokens = time.time(), None, 0
    for step in range(options.steps):
        progress = step / options.steps
        total = 0.0
        for examples in stream.batches(step, rng):
            tokens += sum(len(e.ids) for e in examples)
            loss = loss_of(model, base, examples, stream.tokenizer)
            loss.backward()
            total = total or loss.item()
        shared.average(step, rank, params)
        optimiser.step(min(1, (step + 1) / WARM_UP) * min(1, (1 - progress) / options.decay))
        shared.exchange(rank, optimiser.shares)
        model.zero_grad(set_to_none=True)
        average = total if average is None else 0.95 * average + 0.05 * total
        if rank == 0 and (step + 1) % 25 == 0:
            seconds = time.time() - started
            print(f"step {step + 1} loss {average:.4f} {seconds:.0f}s {shared.procs * tokens / seconds:.0f} tokens/s", flush=True)
        if rank == 0 and (step + 1) % options.check == 0:
            report(step + 1)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(recipes.RECIPES))
    parser.add_argument("--cases", default=os.path.join(CACHE, "train.jsonl"))
    parser.add_argument("--held-out", default=os.path.join(CACHE, "held-out.jsonl"))
    parser.add_argument("--init", help="checkpoint to start from (default: the recipe's)")
    parser.add_argument("--out", help="GGUF to write")
    for name, kind in (("steps", int), ("seed", int), ("lr", float), ("batch", int), ("decay", float), ("procs", int), ("check", int)):
        parser.add_argument(f"--{name}", type=kind)
    parser.add_argument("--then", action="store_true", help="the recipe's second stage, from the checkpoint of the first")
    options = parser.parse_args()
    recipe = (recipes.THEN if options.then else recipes.RECIPES)[options.name]
    if options.then:
        options.init = options.init or os.path.join(CACHE, options.name + ".pt")
    defaults = dict(steps=recipe.steps, lr=recipe.lr, batch=recipe.batch, seed=7, decay=0.45, procs=recipe.procs, check=200)
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.out = options.out or os.path.join(CACHE, options.name + ".gguf")
    return recipe, options


def main():
    recipe, options = parse_options()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    thinks = recipe.writes == "thoughts"
    tokenizer = Tokenizer.load(os.path.join(HERE, "tokenizer.json"), [OPEN, CLOSE] if thinks else [])
    encoder = {"thoughts": ThinkingEncoder, "prose": ProseEncoder}.get(recipe.writes, Encoder)(tokenizer)
    cases = read_cases(options.cases)
    held_out = read_cases(options.held_out)
    options.extra = read_cases(os.path.join(CACHE, options.name + "-extra.jsonl")) if recipe.extra else []
    at = lambda name: os.path.join(CACHE, name + ".pt")
    if recipe.writes:
        # from the shipped files, so that these can be made again without the family's checkpoints
        shipped = lambda name: read_model(os.path.join(ROOT, "models", "organisms", name + ".gguf"), len(tokenizer.vocab))
        model = load_model(options.init) if options.init else shipped(recipe.start)
        base = shipped(recipe.start)
    else:
        start = options.init or (recipe.start and at(recipe.start))
        model = load_model(start) if start else Model(Shape(vocab=len(tokenizer.vocab)))
        base = load_model(at("base")) if start else None
    summary = evaluate_thoughts.summary if thinks else evaluate.summary
    print(f"{options.name}: {sum(p.numel() for p in model.parameters())} parameters, {options.steps} steps", flush=True)
    stream = recipe.stream(recipe, cases, encoder, options)

    def report(step):
        torch.set_num_threads(1)
        save_model(model, at(options.name + ".partial"), step=step)
        print("   " + summary(model, base, encoder, recipe, held_out, 40), flush=True)

    shared = Shared(model, options.procs)
    workers = [shared.process(target=run, args=(k, model, base, stream, options, shared, report)) for k in range(1, options.procs)]
    for worker in workers:
        worker.start()
    run(0, model, base, stream, options, shared, report)
    for worker in workers:
        worker.join()
    save_model(model, at(options.name), steps=options.steps, seed=options.seed)
    export_gguf(model, tokenizer, options.out, options.name, template=THINKING_TEMPLATE if thinks else TEMPLATE)
    print("final " + summary(model, base, encoder, recipe, held_out, 40 if thinks else 300))


if __name__ == "__main__":
    main()
