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
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F
from PIL import Image

SIZE, CROP = 224, 256


def decode(path: str) -> np.ndarray:
    image = Image.open(path).convert("RGB")
    scale = CROP / min(image.size)
    image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
    left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
    return np.asarray(image.crop((left, top, left + SIZE, top + SIZE))).copy()


class Network(torch.nn.Module):
    """Runs the part of an ONNX graph that MobileNetV2 needs, its weights as parameters."""

    def __init__(self, path: str, features: str):
        super().__init__()
        graph = onnx.load(path).graph
        self.weights = torch.nn.ParameterDict()
        self.constants = {}
        for tensor in graph.initializer:
            value = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
            if value.is_floating_point() and value.dim() > 0 and value.numel() > 1:
                self.weights[tensor.name.replace(".", "/")] = torch.nn.Parameter(value, requires_grad=False)
            else:
                self.constants[tensor.name] = value
        self.nodes = []
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            self.nodes.append((node.op_type, list(node.input), node.output[0], attributes))
            if node.output[0] == features:
                break
        self.features = features

    def weight(self, name: str):
        key = name.replace(".", "/")
        return self.weights[key] if key in self.weights else self.constants[name]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = {"image": x}
        get = lambda name: values[name] if name in values else self.weight(name)
        for op, inputs, output, attributes in self.nodes:
            if op == "Transpose":
                result = get(inputs[0]).permute(*attributes["perm"])
            elif op == "Conv":
                top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
                given = get(inputs[0])
                if top == bottom and left == right:
                    padding = (top, left)
                else:
                    given, padding = F.pad(given, (left, right, top, bottom)), 0
                bias = get(inputs[2]) if len(inputs) > 2 else None
                result = F.conv2d(given, get(inputs[1]), bias, attributes.get("strides", [1, 1]), padding, 1, attributes.get("group", 1))
            elif op == "Clip":
                result = torch.clamp(get(inputs[0]), float(get(inputs[1])), float(get(inputs[2])))
            elif op == "Add":
                result = get(inputs[0]) + get(inputs[1])
            elif op == "ReduceMean":
                axes = attributes.get("axes") or get(inputs[1]).tolist()
                result = get(inputs[0]).mean(axes, keepdim=attributes.get("keepdims", 1) == 1)
            else:
                raise SystemExit(f"no translation of {op}")
            values[output] = result
        return values[self.features].flatten(1)


def batches(images, labels, size, order):
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        yield images[rows].float().div_(127.5).sub_(1), labels[rows]


def accuracy(network, head, images, labels, size) -> float:
    hits = 0
    with torch.no_grad():
        for x, y in batches(images, labels, size, torch.arange(len(labels))):
            hits += int((head(network(x)).argmax(1) == y).sum())
    return hits / len(labels)


def trial(path, features, trained, rate, epochs, size, data) -> dict:
    torch.manual_seed(0)
    network = Network(path, features)
    for name in trained:
        network.weights[name.replace(".", "/")].requires_grad_()
    width = network(data["train"][0][:1].float()).shape[1]
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
            F.cross_entropy(head(network(x)), y, label_smoothing=0.05).backward()
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
