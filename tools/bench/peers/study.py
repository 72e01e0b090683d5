"""The study of study.ts as one writes it in PyTorch without Espalier: each trial fine-tunes the top of
the network and every epoch runs the frozen part again.

    python tools/bench/peers/study.py SPLIT.json MODEL.onnx DEPTHS.json RATES EPOCHS BATCH

SPLIT.json lists files and labels of the three splits, DEPTHS.json the weights trained at each depth.
Pictures are decoded once and kept in memory as bytes, which is kinder to this side than the usual
loader. Prints one JSON line.
"""

import json
import math
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from network import Network

SIZE, CROP = 224, 256


def decode(path: str) -> np.ndarray:
    image = Image.open(path).convert("RGB")
    scale = CROP / min(image.size)
    image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
    left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
    return np.asarray(image.crop((left, top, left + SIZE, top + SIZE))).copy()


def batches(images, labels, size, order):
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        yield images[rows].float().div_(127.5).sub_(1), labels[rows]


def accuracy(network, head, images, labels, size) -> float:
    hits = 0
    with torch.no_grad():
        for x, y in batches(images, labels, size, torch.arange(len(labels))):
            hits += int((head(network({"image": x})).argmax(1) == y).sum())
    return hits / len(labels)


def trial(path, features, trained, rate, epochs, size, data) -> dict:
    torch.manual_seed(0)
    network = Network(path, features)
    for name in trained:
        network.parameter(name).requires_grad_()
    width = network({"image": data["train"][0][:1].float()}).shape[1]
    head = torch.nn.Linear(width, int(data["train"][1].max()) + 1)
    parameters = [p for p in network.parameters() if p.requires_grad] + list(head.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    images, labels = data["train"]
    steps = epochs * math.ceil(len(labels) / size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    best, began = 0.0, time.perf_counter()
    for _ in range(epochs):
        for x, y in batches(images, labels, size, torch.randperm(len(labels))):
            optimizer.zero_grad()
            F.cross_entropy(head(network({"image": x})), y, label_smoothing=0.05).backward()
            optimizer.step()
            schedule.step()
        best = max(best, accuracy(network, head, *data["validation"], size))
    seconds = time.perf_counter() - began
    return {"rate": rate, "seconds": seconds, "validation": best, "test": accuracy(network, head, *data["test"], size)}


def main() -> None:
    split, path, depths, rates, epochs, size = sys.argv[1:]
    depths = json.load(open(depths))
    began = time.perf_counter()
    data = {}
    for name, examples in json.load(open(split)).items():
        data[name] = (torch.from_numpy(np.stack([decode(e["path"]) for e in examples])), torch.tensor([e["label"] for e in examples]))
    decoding = time.perf_counter() - began
    trials = []
    for depth in depths["depths"]:
        for rate in map(float, rates.split(",")):
            result = trial(path, depths["features"], depth["trained"], rate, int(epochs), int(size), data)
            trials.append({"depth": depth["depth"], **result})
            print(trials[-1], file=sys.stderr, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"decoding": decoding, "trials": trials, "peakMegabytes": peak, "version": torch.__version__}))


main()
