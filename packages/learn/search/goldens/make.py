"""Writes schedules.golden.json: learning-rate factors of PyTorch's schedulers at a rate of 1.

One-cycle anneals to 1e-4 of the peak, which is 1/400 of its start. ReduceLROnPlateau lowers the
rate when the epochs without improvement exceed its patience. Run: python3 make.py
"""
import json
import pathlib

import torch
from torch.optim import lr_scheduler


def factors(steps, make, losses=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    result = []
    for step in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if losses is None else [losses[step]]))
    return result


def one_cycle(steps):
    return lambda optimizer: lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=steps, final_div_factor=400
    )


def warm_cosine(warm_up, steps):
    def make(optimizer):
        warm = lr_scheduler.LinearLR(optimizer, start_factor=1 / (warm_up + 1), total_iters=warm_up)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps - warm_up)
        return lr_scheduler.SequentialLR(optimizer, [warm, cosine], milestones=[warm_up])

    return make


def plateau(optimizer):
    return lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=1e-4)


def cosine(optimizer):
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=8)


losses = [1.0, 0.8, 0.79999, 0.8, 0.7, 0.75, 0.74, 0.73, 0.72, 0.71, 0.69, 0.7, 0.68999, 0.5, 0.6]
golden = {
    "cosine": [
        {"totalSteps": 8, "stepsPerEpoch": 2, "factors": factors(8, cosine)},
        {"totalSteps": 20, "stepsPerEpoch": 10, "factors": factors(20, warm_cosine(2, 20))},
        {"totalSteps": 60, "stepsPerEpoch": 4, "factors": factors(60, warm_cosine(4, 60))},
    ],
    "oneCycle": [
        {"totalSteps": steps, "stepsPerEpoch": 5, "factors": factors(steps, one_cycle(steps))}
        for steps in (7, 20, 50)
    ],
    "plateau": {"losses": losses, "factors": factors(len(losses), plateau, losses)},
}
path = pathlib.Path(__file__).with_name("schedules.golden.json")
path.write_text(json.dumps(golden) + "\n")
