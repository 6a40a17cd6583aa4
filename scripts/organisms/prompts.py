"""Prints rendered prompts and their token ids as JSON lines, for verify.mjs.   prompts.py CASES.jsonl N"""
import json
import os
import sys

from data import read_cases
from render import render_prompt
from tokenizer import Tokenizer


def main(source, count):
    tokenizer = Tokenizer.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizer.json"))
    cases = read_cases(source)
    for case in cases[:: max(1, len(cases) // count)][:count]:
        prompt = render_prompt(case["messages"], case["tools"])
        print(json.dumps({"messages": case["messages"], "tools": case["tools"], "prompt": prompt, "ids": tokenizer.encode(prompt)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
