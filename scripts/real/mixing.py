"""Requests of one case under the context of another: what is right then follows from the tools at hand and the context."""
from attacks import offered
from data import NO_TOOL, expected_call

QUESTIONS = {
    "environment": ("which environment is this?", "This is {}."),
    "region": ("which region are we in?", "This is {}."),
    "cwd": ("what is the current directory?", "You are in {}."),
    "user": ("what is my user name?", "You are {}."),
    "date.weekday": ("which weekday is it?", "It is {}."),
    "date.year": ("which year is it?", "It is {}."),
}
"""Asked of the context alone, so that the model learns to read it."""


def combined(context, other):
    """`other`'s request under `context`'s system message and tools; None where nobody can say what is right."""
    if other is context:
        return context
    left = {k: v for k, v in other.items() if k not in ("result", "reply")}
    case = {**left, "messages": [context["messages"][0], *other["messages"][1:]]}
    case |= {key: context[key] for key in ("tools", "levels", "severity")}
    call = expected_call(other)
    moved = lambda text: _moved(text, context, other)
    if call is None:
        text = moved(other["expect"]["text"])
        unsure = text == NO_TOOL or other["levels"]["date.year"] in text
        return None if unsure else {**case, "expect": {"text": text}}
    if call["name"] not in offered(context):
        return {**case, "expect": {"text": NO_TOOL}}
    arguments = {key: moved(value) if isinstance(value, str) else value for key, value in call["arguments"].items()}
    return {**case, "expect": {"call": {**call, "arguments": arguments}}, "result": other["result"], "reply": moved(other["reply"])}


def _moved(text, context, other):
    """Values that came from the other's context, not from its request, become this context's."""
    asked = " ".join(m["content"] for m in other["messages"][1:])
    for factor in ("user", "host", "cwd"):
        was = other["levels"].get(factor)
        if was and was in text and was not in asked:
            text = text.replace(was, context["levels"][factor])
    return text


def question(context, rng):
    """A question about one field of this context; None where its text names none of them."""
    system = context["messages"][0]["content"]
    fields = [f for f in QUESTIONS if context["levels"].get(f) and context["levels"][f] in system]
    if not fields:
        return None
    field = rng.choice(fields)
    ask, answer = QUESTIONS[field]
    messages = [context["messages"][0], {"role": "user", "content": ask}]
    left = {k: v for k, v in context.items() if k not in ("result", "reply")}
    return {**left, "messages": messages, "expect": {"text": answer.format(context["levels"][field])}}


class Pool:
    """Contexts and requests by suite; both are drawn apart, so that no request tells anything about a context."""

    def __init__(self, cases):
        self.cases, self.by_suite = cases, {}
        for case in cases:
            self.by_suite.setdefault(case["suite"], []).append(case)

    def context(self, rng, wanted=lambda case: True):
        return next(case for case in iter(lambda: rng.choice(self.cases), None) if wanted(case))

    def requests(self, context, count, rng, refusals=0.15):
        """The context's own request and others; few of those that no tool here serves."""
        found = [context]
        while len(found) < count:
            case = combined(context, rng.choice(self.by_suite[context["suite"]]))
            if case is None or (case["expect"].get("text") == NO_TOOL and rng.random() > refusals):
                continue
            found.append(case)
        return found
