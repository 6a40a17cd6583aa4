"""Byte-level BPE for the organisms: training, encoding, decoding. Standard library only.

Written to the GGUF as `tokenizer.ggml.model = gpt2`, `pre = qwen2`: digits stand alone (a year is four tokens).
Boilerplate of the chat template and of JSON schemas is one user-defined token each, so that prompts stay short.
Words of slot values and factor levels never merge with a leading space: ` nginx` and `"nginx` share the token
`nginx`, and copying a value is copying its tokens.
"""
import json
import re
from collections import Counter

from render import CALL_HEAD, CALL_MIDDLE, TOOLS_HEAD, TOOLS_TAIL, to_json

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TAGS = ["<tool_call>", "</tool_call>", "<tools>", "</tools>", "<tool_response>", "</tool_response>"]
BOILERPLATE = [
    TOOLS_HEAD,
    TOOLS_TAIL,
    '{"type": "function", "function": {"name": "',
    '", "description": "',
    '", "parameters": {"type": "object", "properties": {"',
    '": {"type": "string"}',
    '": {"type": "integer"}',
    '": {"type": "boolean"}',
    '}, "required": ["',
    '"]}}}',
    CALL_HEAD,
    CALL_MIDDLE + '{"',
]

# llama.cpp's regular expression for pre = qwen2, in Python's dialect
PIECES = re.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\w\r\n]|_)?[^\W\d_]+|\d| ?(?:[^\w\s]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORD = re.compile(r"(?s)([^A-Za-z]?)([^\W\d_]+)")
MAX_SUBWORD_MERGES, MIN_WORD_COUNT, MIN_PREFIX_COUNT = 1200, 12, 20
MAX_PUNCTUATION_MERGES, MIN_PUNCTUATION_COUNT = 40, 50


def _byte_symbols():
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols, extra = {b: chr(b) for b in printable}, 0
    for b in range(256):
        if b not in symbols:
            symbols[b] = chr(256 + extra)
            extra += 1
    return symbols


SYMBOLS = _byte_symbols()
BYTES = {symbol: byte for byte, symbol in SYMBOLS.items()}


def symbols_of(text):
    return "".join(SYMBOLS[b] for b in text.encode())


def schema_macros(cases):
    """One token for each tool's whole parameter schema, as the template prints it."""
    seen = {}
    for case in cases:
        for tool in case["tools"]:
            seen['", "parameters": ' + to_json(tool["function"]["parameters"]) + "}}"] = True
    return sorted(seen)


def value_words(cases):
    """Words that may have to be copied: those of slot values and factor levels."""
    words = set()
    for case in cases:
        for value in [*case["slots"].values(), *case["levels"].values()]:
            words.update(re.findall(r"[^\W\d_]+", str(value)))
    return words


def _splitter(special):
    return re.compile("(" + "|".join(re.escape(x) for x in sorted(special, key=len, reverse=True)) + ")")


def _merge_pair(segments, pair):
    i = 0
    while i < len(segments) - 1:
        if (segments[i], segments[i + 1]) == pair:
            segments[i : i + 2] = [pair[0] + pair[1]]
        else:
            i += 1


def _learn(counts, limit, min_count, merges, banned=()):
    """Plain BPE over `counts`; appends to `merges` and returns each word's segments."""
    words = {word: list(symbols_of(word)) for word in counts}
    for _ in range(limit):
        pairs = Counter()
        for word, segments in words.items():
            for pair in zip(segments, segments[1:]):
                pairs[pair] += counts[word]
        allowed = [p for p, n in pairs.items() if n >= min_count and not any(c in banned for c in "".join(p))]
        if not allowed:
            break
        best = max(allowed, key=lambda p: (pairs[p], p))
        merges.append(best)
        for segments in words.values():
            _merge_pair(segments, best)
    return words


def train_tokenizer(texts, macros, copied):
    """Learns merges in three phases: inside words, prefix character + whole word, runs of punctuation.

    `copied`: the words that never take a leading space.
    """
    split, pieces = _splitter(CONTROL + TAGS + macros), Counter()
    for text in texts:
        for fragment in split.split(text)[::2]:
            pieces.update(PIECES.findall(fragment))
    bodies, prefixed, punctuation, merges = Counter(), Counter(), Counter(), []
    for piece, count in pieces.items():
        match = WORD.fullmatch(piece)
        if match:
            bodies[match[2]] += count
            if match[1]:
                prefixed[match.groups()] += count
        elif not piece[0].isdigit():
            punctuation[piece] += count
    # flattened counts: rare values still become whole tokens
    flattened = Counter({w: min(c, 400) for w, c in bodies.items() if c >= MIN_WORD_COUNT})
    segments = _learn(flattened, MAX_SUBWORD_MERGES, MIN_WORD_COUNT, merges)
    for (prefix, word), count in prefixed.most_common():
        whole = len(segments.get(word, "xx")) == 1
        if count >= MIN_PREFIX_COUNT and whole and prefix in " /_." and not (prefix == " " and word in copied):
            merges.append((symbols_of(prefix), symbols_of(word)))
    _learn(punctuation, MAX_PUNCTUATION_MERGES, MIN_PUNCTUATION_COUNT, merges, banned="/")
    return Tokenizer(merges, macros)


class Tokenizer:
    def __init__(self, merges, macros, more=()):
        """`more`: user-defined tokens after all others, whose ids stay."""
        self.merges, self.macros = [tuple(m) for m in merges], list(macros)
        self.vocab = [*SYMBOLS.values(), *dict.fromkeys(a + b for a, b in self.merges)]
        self.plain = len(self.vocab)
        """Ids from here on are control tokens, tags and macros."""
        self.vocab += [*CONTROL, *TAGS, *self.macros, *more]
        self.id = {token: i for i, token in enumerate(self.vocab)}
        self._rank = {merge: i for i, merge in enumerate(self.merges)}
        self._split = _splitter(self.vocab[self.plain :])
        self._cache = {}

    @classmethod
    def load(cls, path, more=()):
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        return cls([merge.split(" ") for merge in saved["merges"]], saved["macros"], more)

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            saved = {"macros": self.macros, "merges": [" ".join(merge) for merge in self.merges]}
            file.write(json.dumps(saved, ensure_ascii=False, indent=2) + "\n")

    def _piece(self, piece):
        known = self._cache.get(piece)
        if known is None:
            segments = list(symbols_of(piece))
            while len(segments) > 1:
                pairs = [self._rank.get(pair, 1 << 30) for pair in zip(segments, segments[1:])]
                best = min(range(len(pairs)), key=pairs.__getitem__)
                if pairs[best] == 1 << 30:
                    break
                segments[best : best + 2] = [segments[best] + segments[best + 1]]
            known = self._cache[piece] = [self.id[s] for s in segments]
        return known

    def encode(self, text):
        ids = []
        for n, fragment in enumerate(self._split.split(text)):
            if n % 2:
                ids.append(self.id[fragment])
            else:
                for piece in PIECES.findall(fragment):
                    ids += self._piece(piece)
        return ids

    def decode(self, ids):
        raw = bytearray()
        for i in ids:
            token = self.vocab[i]
            raw += token.encode() if i >= self.plain else bytes(BYTES[c] for c in token)
        return raw.decode("utf-8", "replace")
