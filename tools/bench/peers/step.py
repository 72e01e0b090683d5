"""One training step of a torchvision network in PyTorch, the peer of step.ts.

    python tools/bench/peers/step.py NETWORK SIZE BATCH OPTIMIZER FROM SECONDS

FROM is `input`, or the name of the child module whose input is given as a frozen activation.
Prints one JSON line: milliseconds of each step, number of trained scalars, the activation's shape, peak memory.
"""

import json
import resource
import sys
import time

import torch

register_fake = torch.library.register_fake
# torchvision from PyPI may be built for another torch: only its compiled detection operators mind.
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) if str(op).startswith("torchvision::") else register_fake(op, *a, **k)
import torchvision  # noqa: E402

CLASSES = 10


def parts(name: str) -> list[torch.nn.Module]:
    """The network without its classifier, as modules in order; the last pools to a vector."""
    pool = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    if name == "resnet18":
        net = torchvision.models.resnet18()
        stem = torch.nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        return [stem, *net.layer1, *net.layer2, *net.layer3, *net.layer4, pool]
    if name == "mobilenet_v2":
        return [*torchvision.models.mobilenet_v2().features, pool]
    raise SystemExit(f"unknown network {name}")


def main() -> None:
    name, size, batch, optimizer_name, start, seconds = sys.argv[1:]
    modules = parts(name)
    first = 0 if start == "input" else int(start)
    x = torch.randn(int(batch), 3, int(size), int(size))
    with torch.no_grad():
        for module in modules[:first]:
            x = module.eval()(x)
    network = torch.nn.Sequential(*modules[first:]).eval()  # eval: normalisation statistics stay frozen
    width = network(x).shape[1]
    head = torch.nn.Linear(width, CLASSES)
    parameters = [*network.parameters(), *head.parameters()]
    optimizer = (
        torch.optim.SGD(parameters, lr=1e-6, momentum=0.9) if optimizer_name == "sgd" else torch.optim.AdamW(parameters, lr=1e-6)
    )
    labels = torch.arange(int(batch)) % CLASSES
    times: list[float] = []
    end = time.perf_counter() + float(seconds)
    while len(times) < 8 or time.perf_counter() < end:
        began = time.perf_counter()
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(network(x)), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(1000 * (time.perf_counter() - began))
    print(
        json.dumps(
            {
                "times": times,
                "trained": sum(p.numel() for p in parameters),
                "shape": list(x.shape),
                "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": torch.__version__,
                "threads": torch.get_num_threads(),
            }
        )
    )


main()
