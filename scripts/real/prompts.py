"""Prints rendered prompts and their token ids as JSON lines, for ../organisms/verify.mjs.

prompts.py CASES.jsonl N SOURCE.gguf
"""
import json
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "organisms"))

from transformers import AutoTokenizer

from data import read_cases
from template import Encoder, context_text, request_text


def main(cases, count, source):
    tokenizer = AutoTokenizer.from_pretrained(os.path.dirname(source), gguf_file=os.path.basename(source))
    encoder = Encoder(tokenizer, 1)
    drawn = read_cases(cases)
    for case in drawn[:: max(1, len(drawn) // count)][:count]:
        parts = context_text(case["messages"], case["tools"]), request_text(case["messages"])
        ids = [token for part in parts for token in encoder.encode(part)]
        print(json.dumps({"messages": case["messages"], "tools": case["tools"], "prompt": "".join(parts), "ids": ids}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
