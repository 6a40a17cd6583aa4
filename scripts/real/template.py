"""The short tool template in Python, byte for byte what chat_template.jinja prints (../organisms/verify.mjs checks it), and its tokens.

Prompts are built in two parts, the context (system message and tools) and what follows, so that packs.py can share the first.
"""
from render import CALL_HEAD, render_call, render_result, render_text

CALL_START = "<tool_call>\n" + CALL_HEAD
NAME_TOKENS = 3
"""Tokens of a tool's name that decide which one it is; names are told apart within them."""


def context_text(messages, tools):
    text = "<|im_start|>system\n" + messages[0]["content"]
    if tools:
        text += "\n\nTools:"
        for tool in tools:
            f = tool["function"]
            text += "\n" + f["name"] + "(" + ", ".join(f["parameters"]["properties"]) + "): " + f["description"]
        text += '\nCall one as <tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
    return text + "<|im_end|>\n"


def request_text(messages):
    turns = "".join("<|im_start|>" + m["role"] + "\n" + m["content"] + "<|im_end|>\n" for m in messages[1:])
    return turns + "<|im_start|>assistant\n"


class Encoder:
    """Cases as branches of a pack: token ids, and which tokens are learnt how much."""

    def __init__(self, tokenizer, name_weight):
        self.tokenizer, self.name_weight = tokenizer, name_weight
        self.head = self.encode(CALL_START)

    def encode(self, text):
        return self.tokenizer(text, add_special_tokens=False).input_ids

    def context(self, case):
        return self.encode(context_text(case["messages"], case["tools"]))

    def branch(self, case, tag, call=None, reply=None, result=None, closing=False, only_name=False):
        """`call`, `reply`, `result` replace the case's own; `closing`: go on to the text after the call's result."""
        call = call or case["expect"].get("call")
        prompt = self.encode(request_text(case["messages"]))
        if call is None:
            answer = self.encode(render_text(reply or case["expect"]["text"]))
            return Branch(prompt + answer, [0.0] * len(prompt) + [1.0] * len(answer), tag)
        answer = self.encode(render_call(call))
        at = len(self.head)
        assert answer[:at] == self.head, "the head of a call is always the same tokens"
        weights = [1.0] * at + [self.name_weight] * NAME_TOKENS + [1.0] * (len(answer) - at - NAME_TOKENS)
        branch = Branch(prompt + answer, [0.0] * len(prompt) + weights, tag, name_at=len(prompt) + at)
        if only_name:
            return branch.cut(branch.name_at + NAME_TOKENS)
        if closing:
            told, text = self.encode(render_result(result or case["result"])), self.encode(render_text(reply or case["reply"]))
            branch.ids += told + text
            branch.weights += [0.0] * len(told) + [1.0] * len(text)
        return branch


class Branch:
    """What follows a context. `weights[i]`: loss weight of predicting `ids[i]`; `soft`: index -> {token: probability}."""

    def __init__(self, ids, weights, tag, name_at=None):
        self.ids, self.weights, self.tag, self.name_at, self.soft = ids, weights, tag, name_at, {}

    def cut(self, end):
        """Only the tool's name is learnt, and nothing after it is computed."""
        self.ids = self.ids[:end]
        self.weights = [0.0] * self.name_at + [1.0] * (end - self.name_at)
        return self
