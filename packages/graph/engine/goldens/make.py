"""Goldens of whole training runs of a linear head, made by PyTorch in double precision.

    pip install torch==2.13.0
    python packages/graph/engine/goldens/make.py

Examples and first weights come from `wave`, which the test computes as well.
"""

import json
import math
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
ROWS, WIDTH, CLASSES, STEPS = 6, 5, 3, 20
LABELS = [0, 2, 1, 1, 0, 2]
CLASS_WEIGHTS = [1.0, 0.5, 2.0]
SMOOTHING, DECAY, CLIP = 0.1, 0.1, 0.25


def wave(seed: float, *dims: int) -> torch.Tensor:
    values = [math.sin(seed + 1.7 * i) + 0.3 * math.cos(5.1 * i * seed) for i in range(math.prod(dims))]
    return torch.tensor(values, dtype=torch.float32).double().reshape(dims)


def rate(step: int) -> float:
    return 0.2 * (1 + math.cos(math.pi * step / STEPS)) / 2


def run(name: str, make, loss_of, outputs: int, clips: bool) -> None:
    weight = (0.5 * wave(1.0, WIDTH, outputs)).float().double().requires_grad_()
    bias = (0.5 * wave(2.0, outputs)).float().double().requires_grad_()
    optimizer = make([{"params": [weight], "weight_decay": DECAY}, {"params": [bias], "weight_decay": 0.0}])
    losses, norms = [], []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        loss = loss_of(wave(3.0 + step, ROWS, WIDTH) @ weight + bias)
        loss.backward()
        if clips:
            norms.append(torch.nn.utils.clip_grad_norm_([weight, bias], CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    golden = {
        "losses": losses,
        "norms": norms,
        "weight": weight.flatten().tolist(),
        "bias": bias.tolist(),
    }
    (HERE / f"{name}.golden.json").write_text(json.dumps(golden, indent=2) + "\n")


def main() -> None:
    sgd = lambda groups: torch.optim.SGD(groups, lr=1.0, momentum=0.9)  # noqa: E731
    adamw = lambda groups: torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.95), eps=1e-8)  # noqa: E731
    cross_entropy = torch.nn.CrossEntropyLoss(
        weight=torch.tensor(CLASS_WEIGHTS, dtype=torch.float64), label_smoothing=SMOOTHING
    )
    classify = lambda logits: cross_entropy(logits, torch.tensor(LABELS))  # noqa: E731
    regress = lambda values: torch.nn.functional.mse_loss(values, wave(9.0, ROWS, 2))  # noqa: E731
    run("sgd", sgd, classify, CLASSES, clips=False)
    run("sgd-clipped", sgd, classify, CLASSES, clips=True)
    run("adamw", adamw, classify, CLASSES, clips=False)
    run("adamw-regression", adamw, regress, 2, clips=False)


main()
