"""One training step of many linear heads on the same features in PyTorch, the peer of heads.ts.

    python tools/bench/peers/heads.py WIDTH OUTPUTS HEADS BATCH SECONDS THREADS [processor]

All heads are one parameter [heads, width, outputs], which autograd and the fused AdamW of PyTorch train. In its
favour: all heads have one learning rate and one weight decay, biases decay too, and losses are not read one by
one. Each head's gradients are clipped by their own norm. Prints one JSON line: milliseconds of each step, number of
trained scalars, peak memory.
"""

import json
import resource
import sys
import time

import torch


def main() -> None:
    width, outputs, heads, batch = map(int, sys.argv[1:5])
    seconds = float(sys.argv[5])
    torch.set_num_threads(int(sys.argv[6]))
    features = torch.randn(batch, width)
    labels = (torch.arange(batch) % outputs).repeat(heads)
    weight = (torch.randn(heads, width, outputs) / 100).requires_grad_()
    bias = torch.zeros(heads, 1, outputs, requires_grad=True)
    optimizer = torch.optim.AdamW([weight, bias], lr=1e-3, weight_decay=0.01, fused=True)
    clock = time.process_time if sys.argv[7:] == ["processor"] else time.perf_counter
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 50 or time.perf_counter() < end:
        began = clock()
        optimizer.zero_grad()
        logits = torch.baddbmm(bias, features.expand(heads, batch, width), weight)
        losses = torch.nn.functional.cross_entropy(logits.view(heads * batch, outputs), labels, reduction="none")
        losses = losses.view(heads, batch).mean(1)
        losses.sum().backward()
        with torch.no_grad():
            square = weight.grad.square().sum((1, 2), keepdim=True) + bias.grad.square().sum((1, 2), keepdim=True)
            factor = (1.0 / (square.sqrt() + 1e-6)).clamp(max=1.0)
            weight.grad.mul_(factor)
            bias.grad.mul_(factor)
        optimizer.step()
        losses.tolist()
        times.append(1000 * (clock() - began))
    trained = weight.numel() + bias.numel()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "trained": trained, "peakMegabytes": peak}))


if __name__ == "__main__":
    main()
