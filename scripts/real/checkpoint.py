"""A training that is stopped goes on where it was: learnt weights, optimiser, random state and step, every few steps."""
import os

import torch

EVERY = 10


def save(path, step, model, optimiser, rng):
    learnt = {k: p.data for k, p in model.named_parameters() if p.requires_grad}
    torch.save({"step": step, "learnt": learnt, "optimiser": optimiser.state_dict(), "rng": rng.getstate()}, path + ".part")
    os.replace(path + ".part", path)


def resume(path, model, optimiser, rng):
    """-> the step to go on with."""
    if not os.path.exists(path):
        return 0
    kept = torch.load(path, weights_only=True)
    model.load_state_dict(kept["learnt"], strict=False)
    optimiser.load_state_dict(kept["optimiser"])
    version, internal, gauss = kept["rng"]
    rng.setstate((version, tuple(internal), gauss))
    return kept["step"]


def forget(path):
    if os.path.exists(path):
        os.remove(path)
