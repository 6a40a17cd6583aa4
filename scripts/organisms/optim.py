"""Muon (orthogonalised momentum) for matrices; Adam does the rest."""
import torch


class Muon(torch.optim.Optimizer):
    """After Jordan et al. 2024; matrices of one shape are orthogonalised together."""

    def __init__(self, params, lr, momentum=0.95, decay=0.02):
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                momentum = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                by_shape.setdefault(tuple(p.shape), []).append((p, p.grad.lerp(momentum, group["momentum"])))
            for (rows, columns), pairs in by_shape.items():
                updates = orthogonal(torch.stack([update for _, update in pairs]))
                scale = max(1, rows / columns) ** 0.5
                for (p, _), update in zip(pairs, updates):
                    p.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-group["lr"] * scale)


def orthogonal(x):
    """Newton-Schulz iteration towards the nearest orthogonal matrix, batched."""
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = torch.bmm(x, x.transpose(1, 2))
        x = 3.4445 * x + torch.bmm(-4.7750 * a + 2.0315 * torch.bmm(a, a), x)
    return x.transpose(1, 2) if tall else x


class Optimiser:
    """Muon for the blocks' matrices, Adam for embedding and norms, one learning-rate scale for both.

    Of `procs` processes each changes its share of the matrices; they hand them to each other after the step.
    """

    def __init__(self, model, lr, rank=0, procs=1):
        matrix = lambda name, p: p.dim() == 2 and "embedding" not in name
        self.rest = [p for n, p in model.named_parameters() if not matrix(n, p)]
        matrices = [p for n, p in model.named_parameters() if matrix(n, p)]
        self.shares = [matrices[k::procs] for k in range(procs)]
        muon = Muon(self.shares[rank], lr=lr)
        adam = torch.optim.Adam(self.rest, lr=lr * 0.2, betas=(0.9, 0.95))
        self.parts = [(muon, lr), (adam, lr * 0.2)]

    def step(self, scale):
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for part, lr in self.parts:
            for group in part.param_groups:
                group["lr"] = lr * scale
            part.step()
