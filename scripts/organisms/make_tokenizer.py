"""Learns tokenizer.json from exported cases.   make_tokenizer.py CASES.jsonl [OUT.json]"""
import os
import sys

from data import expected_call, read_cases
from render import render_call, render_prompt, render_result, render_text
from tokenizer import BOILERPLATE, schema_macros, train_tokenizer, value_words

SAMPLE = 9000


def text_of(case):
    call = expected_call(case)
    prompt = render_prompt(case["messages"], case["tools"])
    if call is None:
        return prompt + render_text(case["expect"]["text"])
    return prompt + render_call(call) + render_result(case["result"]) + render_text(case["reply"])


def main(source, out):
    cases = read_cases(source)
    chosen = cases[:: max(1, len(cases) // SAMPLE)]
    tokenizer = train_tokenizer([text_of(c) for c in chosen], BOILERPLATE + schema_macros(cases), value_words(cases))
    tokenizer.save(out)
    lengths = sorted(len(tokenizer.encode(text_of(c))) for c in chosen[:600])
    print(f"vocabulary {len(tokenizer.vocab)}, merges {len(tokenizer.merges)}, tokens per conversation: median {lengths[300]}, longest {lengths[-1]}")


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "tokenizer.json"))
