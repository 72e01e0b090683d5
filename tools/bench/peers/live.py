"""A search as one writes it with Optuna and PyTorch, or one run with AutoGluon's defaults, on the task of live/ours.ts.

    python tools/bench/peers/live.py optuna|fixed TASK_FOLDER SEED SECONDS TARGET

The inputs are preprocessed already, which is kinder to this side than the usual loader. `optuna` is TPE with
Hyperband over the space of the task; it ends once SECONDS of the processor's time have passed, or once its
validation accuracy is TARGET. `fixed` is AutoGluon's multimodal default: AdamW at 1e-4, a rate that falls by 0.9 a
stage, a cosine behind a warm-up of a tenth, 20 epochs, the greedy soup of the best 3; it ends with the epoch in
which SECONDS have passed. Prints one JSON line.
"""

import copy
import json
import math
import sys
import time

import numpy as np
import optuna
import torch
import torch.nn.functional as F

from network import Network

torch.set_num_threads(1)
BATCH = 32


class Task:
    def __init__(self, folder: str):
        with open(f"{folder}/task.json") as file:
            facts = json.load(file)
        self.path, self.features, self.depths, self.space = f"{folder}/network.onnx", facts["features"], facts["depths"], facts["space"]
        self.epochs, self.classes = facts["epochs"], facts["classes"]
        self.splits = {}
        for name, split in facts["splits"].items():
            inputs = {}
            for given in split["inputs"]:
                kind = np.int64 if given["dtype"] == "int64" else np.float32
                values = np.fromfile(f"{folder}/{given['file']}", kind).reshape(given["dims"])
                inputs[given["name"]] = torch.from_numpy(values)
            self.splits[name] = inputs, torch.tensor(split["labels"])


class Trial:
    """A network whose stages behind a depth are trained; `groups` are the weights by how far they are from the head."""

    def __init__(self, task: Task, depth: int, rates, weight_decay: float, epochs: int, warm_up: float = 0.0):
        self.task, self.epochs = task, epochs
        self.network = Network(task.path, task.features)
        groups = []
        for name, below in task.depths[str(depth)].items():
            self.network.parameter(name).requires_grad_()
            groups.append({"params": [self.network.parameter(name)], "lr": rates(below)})
        inputs, labels = task.splits["train"]
        with torch.no_grad():
            width = self.network({name: rows[:1] for name, rows in inputs.items()}).shape[1]
        self.head = torch.nn.Linear(width, task.classes)
        groups.append({"params": list(self.head.parameters()), "lr": rates(0)})
        self.optimizer = torch.optim.AdamW(groups, weight_decay=weight_decay)
        steps = epochs * math.ceil(len(labels) / BATCH)
        factor = lambda step: min(1.0, (step + 1) / max(1.0, warm_up * steps)) * 0.5 * (1 + math.cos(math.pi * step / steps))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, factor)

    def epoch(self):
        inputs, labels = self.task.splits["train"]
        for rows in torch.randperm(len(labels)).split(BATCH):
            self.optimizer.zero_grad()
            scores = self.head(self.network({name: values[rows] for name, values in inputs.items()}))
            loss = F.cross_entropy(scores, labels[rows], label_smoothing=0.05)
            if not torch.isfinite(loss):
                raise optuna.TrialPruned()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()

    def accuracy(self, name: str) -> float:
        inputs, labels = self.task.splits[name]
        hits = 0
        with torch.no_grad():
            for rows in torch.arange(len(labels)).split(BATCH):
                scores = self.head(self.network({key: values[rows] for key, values in inputs.items()}))
                hits += int((scores.argmax(1) == labels[rows]).sum())
        return hits / len(labels)

    def weights(self) -> dict:
        trained = {name: p.detach().clone() for name, p in self.network.named_parameters() if p.requires_grad}
        return {**trained, **{f"head.{name}": p.detach().clone() for name, p in self.head.named_parameters()}}

    def take(self, weights: dict):
        with torch.no_grad():
            for name, p in [*self.network.named_parameters(), *((f"head.{n}", p) for n, p in self.head.named_parameters())]:
                if name in weights:
                    p.copy_(weights[name])


def search(task: Task, seed: int, seconds: float, target: float) -> dict:
    best = {"validation": 0.0, "test": None}
    curve, trials = [], 0

    def over() -> bool:
        return time.process_time() - began > seconds or best["validation"] >= target

    def objective(trial: optuna.Trial) -> float:
        depth = trial.suggest_categorical("depth", task.space["freezeDepth"])
        rate = trial.suggest_float("rate", *task.space["learningRate"], log=True)
        decay = trial.suggest_categorical("layer decay", task.space["layerDecay"])
        weight_decay = trial.suggest_categorical("weight decay", task.space["weightDecay"])
        own = Trial(task, depth, lambda below: rate * decay**below, weight_decay, task.epochs)
        value = 0.0
        for epoch in range(task.epochs):
            own.epoch()
            value = own.accuracy("validation")
            if value > best["validation"]:
                spent = time.process_time()
                best.update(validation=value, test=own.accuracy("test"))
                curve.append([spent - began, value])
            trial.report(value, epoch)
            if over():
                trial.study.stop()
                return value
            if trial.should_prune():
                raise optuna.TrialPruned()
        return value

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, multivariate=True),
        pruner=optuna.pruners.HyperbandPruner(min_resource=1, max_resource=task.epochs),
    )
    began = time.process_time()
    while not over():
        study.optimize(objective, n_trials=1)
        trials += 1
    return {**best, "curve": curve, "trials": trials, "seconds": time.process_time() - began}


def fixed(task: Task, seconds: float) -> dict:
    epochs = 20
    began = time.process_time()
    trial = Trial(task, 0, lambda below: 1e-4 * 0.9**below, 1e-3, epochs, 0.1)
    kept, curve = [], []
    for _ in range(epochs):
        trial.epoch()
        kept = sorted([*kept, (trial.accuracy("validation"), trial.weights())], key=lambda one: -one[0])[:3]
        curve.append([time.process_time() - began, kept[0][0]])
        if time.process_time() - began > seconds:
            break
    soup, taken, best = copy.copy(kept[0][1]), 1, kept[0][0]
    for _, weights in kept[1:]:
        mean = {name: (value * taken + weights[name]) / (taken + 1) for name, value in soup.items()}
        trial.take(mean)
        value = trial.accuracy("validation")
        if value >= best:
            soup, taken, best = mean, taken + 1, value
    trial.take(soup)
    spent = time.process_time() - began
    return {"validation": best, "test": trial.accuracy("test"), "curve": curve, "epochs": len(curve), "seconds": spent}


def main() -> None:
    kind, folder, seed, seconds, target = sys.argv[1:]
    torch.manual_seed(int(seed))
    task = Task(folder)
    result = search(task, int(seed), float(seconds), float(target)) if kind == "optuna" else fixed(task, float(seconds))
    print(json.dumps({**result, "version": f"PyTorch {torch.__version__}, Optuna {optuna.__version__}"}))


main()
