"""Prints rendered prompts and their token ids as JSON lines, for verify.mjs.   prompts.py CASES.jsonl N [thoughts]

With `thoughts`: conversations up to the closing text, the call's thought in them.
"""
import json
import os
import sys

from data import expected_call, read_cases, seeded
from render import render_call, render_prompt, render_result
from thoughts import CLOSE, OPEN, thinking, thought_of
from tokenizer import Tokenizer


def with_call(tokenizer, case):
    """-> messages and text of a case with its thought, call and result."""
    call, messages = expected_call(case), case["messages"]
    thought = thought_of(tokenizer, case, call, seeded(messages[0]["content"]))
    made = {"role": "assistant", "content": "", "reasoning_content": thought, "tool_calls": [{"type": "function", "function": call}]}
    text = render_prompt(messages, case["tools"]) + thinking(thought) + render_call(call) + render_result(case["result"])
    return [*messages, made, {"role": "tool", "content": case["result"]}], text


def main(source, count, thoughts):
    tokens = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizer.json")
    tokenizer = Tokenizer.load(tokens, [OPEN, CLOSE] if thoughts else [])
    cases = read_cases(source)
    for case in cases[:: max(1, len(cases) // count)][:count]:
        messages, prompt = case["messages"], render_prompt(case["messages"], case["tools"])
        if thoughts and expected_call(case):
            messages, prompt = with_call(tokenizer, case)
        print(json.dumps({"messages": messages, "tools": case["tools"], "prompt": prompt, "ids": tokenizer.encode(prompt)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["thoughts"])
