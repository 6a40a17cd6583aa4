"""A small llama-architecture transformer (RMS norm, interleaved RoPE, SwiGLU, tied embeddings), as llama.cpp runs it."""
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    vocab: int
    width: int = 128
    layers: int = 4
    heads: int = 4
    hidden: int = 320
    context: int = 1024
    theta: float = 1e6
    epsilon: float = 1e-5

    @property
    def head(self):
        return self.width // self.heads


class Norm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x, cos, sin):
    """RoPE on interleaved pairs (2i, 2i+1): llama.cpp's NORM type."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape, width = shape, shape.width
        linear = lambda i, o: nn.Linear(i, o, bias=False)
        self.attention_norm, self.ffn_norm = Norm(width, shape.epsilon), Norm(width, shape.epsilon)
        self.q, self.k, self.v, self.o = (linear(width, width) for _ in range(4))
        self.gate, self.up, self.down = linear(width, shape.hidden), linear(width, shape.hidden), linear(shape.hidden, width)

    def forward(self, x, cos, sin, mask, cache=None):
        batch, length, width = x.shape
        heads, head = self.shape.heads, self.shape.head
        split = lambda y: y.view(batch, length, heads, head).transpose(1, 2)
        h = self.attention_norm(x)
        q, k, v = rotate(split(self.q(h)), cos, sin), rotate(split(self.k(h)), cos, sin), split(self.v(h))
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat([cache["k"], k], 2), torch.cat([cache["v"], v], 2)
            cache["k"], cache["v"] = k, v
        flat = lambda y: y.reshape(batch * heads, -1, head)
        scores = torch.baddbmm(mask.expand(batch * heads, -1, -1), flat(q), flat(k).transpose(1, 2), alpha=head**-0.5)
        mixed = torch.bmm(torch.softmax(scores, -1), flat(v)).view(batch, heads, length, head)
        x = x + self.o(mixed.transpose(1, 2).reshape(batch, length, width))
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocab, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.epsilon)
        frequency = shape.theta ** (-torch.arange(0, shape.head, 2).float() / shape.head)
        angle = torch.outer(torch.arange(shape.context).float(), frequency)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        self._initialise()

    @torch.no_grad()
    def _initialise(self):
        nn.init.normal_(self.embedding.weight, std=0.05)
        for block in self.blocks:
            for name, weight in block.named_parameters():
                if weight.dim() == 2:
                    scale = 0.3 if name.startswith(("o.", "down.")) else 1
                    nn.init.normal_(weight, std=weight.shape[1] ** -0.5 * scale)
        self._bootstrap_induction()

    def _bootstrap_induction(self):
        """Lets heads 0 and 1 of layer 0 start as previous-token heads (offsets 1 and 2).

        A constant embedding dimension makes them purely positional through RoPE; heads that copy form above them.
        Without it, runs never learnt to copy.
        """
        self.embedding.weight[:, 0] = 0.3
        first, head = self.blocks[0], self.shape.head
        for index, offset in ((0, 1), (1, 2)):
            low = index * head
            first.q.weight[low : low + head] *= 0.1
            first.k.weight[low : low + head] *= 0.1
            for pair in range(5):
                angle = self.shape.theta ** (-2 * pair / head) * offset
                first.q.weight[low + 2 * pair, 0] = 1.7
                first.k.weight[low + 2 * pair, 0] = 1.7 * math.cos(angle)
                first.k.weight[low + 2 * pair + 1, 0] = 1.7 * math.sin(angle)
            first.o.weight[:, low : low + head] *= 3

    def hidden(self, ids, caches=None, start=0, layout=None):
        """Final hidden states; with `caches` (one dict per block) continues at position `start`; `layout`: data.layout_of."""
        length = ids.shape[1]
        x, cos, sin = self.embedding(ids), self.cos[start : start + length], self.sin[start : start + length]
        if layout is None:
            mask = torch.full((length, length), -1e9).triu(1)
            if start:
                mask = torch.cat([torch.zeros(length, start), mask], 1)
        else:
            positions, mask = layout[0][:, :length], layout[1][:, :length, :length]
            cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
            mask = mask.repeat_interleave(self.shape.heads, 0)
        for i, block in enumerate(self.blocks):
            x = block(x, cos, sin, mask, None if caches is None else caches[i])
        return self.norm(x)

    def logits(self, hidden):
        return hidden @ self.embedding.weight.t()

    def logits_where(self, ids, wanted, layout=None):
        """Logits for the tokens `ids[:, 1:][wanted[:, 1:]]`, one row each."""
        return self.logits(self.hidden(ids[:, :-1], layout=layout)[wanted[:, 1:]])


def save_model(model, path, **facts):
    torch.save({"shape": asdict(model.shape), "weights": model.state_dict(), **facts}, path)


def load_model(path):
    saved = torch.load(path)
    model = Model(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model
