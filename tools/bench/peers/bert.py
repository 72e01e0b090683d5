"""One training step of a BERT-base-shaped encoder in PyTorch, the peer of bert.ts.

    python tools/bench/peers/bert.py export MODEL.onnx
    python tools/bench/peers/bert.py step FROZEN BATCH LENGTH OPTIMIZER SECONDS

`export` writes the network with random weights as ONNX. `step` trains the blocks above the first FROZEN
of 12 (-1: the embeddings too; 12: the head alone), whose activations are given, as a cache would give
them. Prints one JSON line: milliseconds of each step, number of trained scalars, peak memory.
"""

import json
import resource
import sys
import time
import warnings

import torch
from transformers import BertConfig, BertModel

warnings.filterwarnings("ignore")
CLASSES = 10


def network(**options: str) -> BertModel:
    torch.manual_seed(0)
    return BertModel(BertConfig(**options), add_pooling_layer=False).eval()  # eval: no dropout inside, as in Espalier


class Hidden(torch.nn.Module):
    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state


def export(path: str) -> None:
    ids = torch.randint(0, 30000, (2, 16))
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        Hidden(network(attn_implementation="eager")), (ids, torch.ones_like(ids)), path, dynamo=False, opset_version=17,
        input_names=["input_ids", "attention_mask"], output_names=["hidden"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
    )


def step(frozen: int, batch: int, length: int, optimizer_name: str, seconds: float) -> None:
    bert = network()  # PyTorch's own fused attention
    ids = torch.randint(0, 30000, (batch, length))
    mask = torch.ones(batch, length, dtype=torch.long)
    layers = bert.encoder.layer[max(frozen, 0):]
    head = torch.nn.Linear(768, CLASSES)
    trained = [*layers.parameters(), *head.parameters(), *(bert.embeddings.parameters() if frozen < 0 else [])]
    kinds = {"sgd": lambda: torch.optim.SGD(trained, lr=1e-6, momentum=0.9), "adamw": lambda: torch.optim.AdamW(trained, lr=1e-6)}
    optimizer = kinds[optimizer_name]()
    extended = bert.get_extended_attention_mask(mask, ids.shape)
    given = torch.randn(batch, length, 768)
    pooled = torch.randn(batch, 768)
    labels = torch.arange(batch) % CLASSES
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        began = time.perf_counter()
        optimizer.zero_grad()
        if frozen == 12:
            features = pooled
        else:
            hidden = bert(input_ids=ids, attention_mask=mask).last_hidden_state if frozen < 0 else given
            if frozen >= 0:
                for layer in layers:
                    output = layer(hidden, extended)
                    hidden = output[0] if isinstance(output, tuple) else output
            weights = mask[..., None].float()
            features = (hidden * weights).sum(1) / weights.sum(1)
        loss = torch.nn.functional.cross_entropy(head(features), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(1000 * (time.perf_counter() - began))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "trained": sum(p.numel() for p in trained), "peakMegabytes": peak}))


if sys.argv[1] == "export":
    export(sys.argv[2])
else:
    step(int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], float(sys.argv[6]))
