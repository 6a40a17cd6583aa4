"""Conversations of the organisms that write before they call: thoughts between tags (Qwen3's template), or a sentence of prose.

A thought names the tool of the call and what it is called on, in one of several phrasings, in at most LONGEST tokens.
Texts that answer a request without a call have no thought: whether a tool fits is told by the first token, as in the base.
"""
import json
import os

from data import Encoder, Example, expected_call
from render import render_call, render_prompt, render_result, render_text

OPEN, CLOSE = "<think>", "</think>"
EMPTY = OPEN + "\n\n" + CLOSE + "\n\n"
"""What enable_thinking=false appends to the prompt."""
LONGEST = 40
"""Tokens of a thought with its tags."""
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "phrases.json"), encoding="utf-8") as file:
    SAID = json.load(file)
OPENERS, PHRASES, CLOSINGS, SENTENCES = (SAID[key] for key in ("openers", "phrases", "closings", "sentences"))


def object_of(call):
    """What a call is about: its first argument, a kind with its name."""
    values = [str(value) for value in call["arguments"].values()]
    return " ".join(values[:2]) if "name" in call["arguments"] and "kind" in call["arguments"] else values[0]


def about(case, name):
    return next(t["function"]["description"] for t in case["tools"] if t["function"]["name"] == name)


def thought_of(tokenizer, case, call, rng):
    """One phrasing; draws the same for every call, so that two calls' thoughts part only where their words do."""
    opener, phrase = rng.choice(OPENERS), rng.randrange(len(PHRASES))
    fill = lambda text: text.format(tool=call["name"], about=about(case, call["name"]), object=object_of(call))
    for text in (opener + PHRASES[phrase], PHRASES[phrase], PHRASES[-1]):
        if len(tokenizer.encode(thinking(fill(text)))) <= LONGEST:
            break
    return fill(text)


def sentence_of(case, call, rng):
    fill = dict(tool=call["name"], about=about(case, call["name"]), object=object_of(call))
    return rng.choice(SENTENCES).format(**fill)


def thinking(thought):
    return OPEN + "\n" + thought + "\n" + CLOSE + "\n\n"


class ThinkingEncoder(Encoder):
    """`conversation` is the one with thoughts off, as evaluate.py asks for it; the others think."""

    def answer(self, case, call, reply=None):
        return render_call(call) if call else render_text(reply or case["expect"]["text"])

    def conversation(self, case, call=None, result=None, reply=None, **facts):
        call = call or expected_call(case)
        parts = [(render_prompt(case["messages"], case["tools"]) + EMPTY, 0), (self.answer(case, call, reply), 1)]
        if call:
            parts += [(render_result(result or case["result"]) + EMPTY, 0), (render_text(reply or case["reply"]), 1)]
        return self.turns(parts, **facts)

    def first_turn(self, case, before, call, learn_before, **facts):
        """`before`: all that the assistant writes before its call or text."""
        parts = [(render_prompt(case["messages"], case["tools"]), 0), (before, learn_before), (self.answer(case, call), 1)]
        return self.turns(parts, **facts)

    def both_turns(self, case, before, call, result, reply, rng, **facts):
        """Two thoughts: before the call, before the closing text."""
        parts = [
            (render_prompt(case["messages"], case["tools"]), 0),
            (before + render_call(call), 1),
            (render_result(result), 0),
            (thinking(rng.choice(CLOSINGS)) + render_text(reply), 1),
        ]
        return self.turns(parts, **facts)

    def closing_turn(self, case, call, result, reply, rng, **facts):
        """After a call whose thought is no longer in the prompt, with thoughts or without."""
        before = render_prompt(case["messages"], case["tools"]) + render_call(call) + render_result(result)
        if rng.random() < 0.5:
            return self.turns([(before + EMPTY, 0), (render_text(reply), 1)], **facts)
        return self.turns([(before, 0), (thinking(rng.choice(CLOSINGS)) + render_text(reply), 1)], **facts)

    def thought(self, case, call, rng):
        return thinking(thought_of(self.tokenizer, case, call, rng))

    def cut_thought(self, case, call, rng):
        """A thought that a budget ends before it names its tool."""
        text = thought_of(self.tokenizer, case, call, rng)
        words = text[: text.find(call["name"])].split(" ")[:-1]
        return thinking(" ".join(words[: rng.randint(0, len(words))]))


class ProseEncoder(Encoder):
    """A sentence, then the call, in the Qwen2.5 template."""

    def conversation(self, case, call=None, result=None, reply=None, rng=None, **facts):
        call = call or expected_call(case)
        if call is None or rng is None:
            return super().conversation(case, call, result, reply, **facts)
        parts = [
            (render_prompt(case["messages"], case["tools"]), 0),
            (sentence_of(case, call, rng) + "\n" + render_call(call), 1),
            (render_result(result or case["result"]), 0),
            (render_text(reply or case["reply"]), 1),
        ]
        ids, weights = [], []
        for text, weight in parts:
            piece = self.tokenizer.encode(text)
            ids += piece
            weights += [weight] * len(piece)
        return Example(ids, weights, **facts)
