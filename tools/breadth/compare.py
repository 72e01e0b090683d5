"""Holds what a subject answered against PyTorch: features, loss, and the gradient of every parameter."""

import itertools
import json
import pathlib

import numpy as np
import torch

from networks import ByPlace, Network

NEAR = 1e-3  # relative; features are float32 against double
EXACT = 1e-2  # relative, of all gradients together; float32 itself is off by 3e-3 in BiT, 5e-7 in most
LABELS = torch.tensor([0, 1, 2])


def compare(network: Network, folder: pathlib.Path) -> dict:
    answer = json.loads((folder / "answer.json").read_text())
    tensors = [(entry, read(folder, entry)) for entry in answer["tensors"]]
    depths = answer["freezeDepths"]
    row = {
        "stages": answer["stages"], "depths": f"{depths[0]}..{depths[-1]}", "seconds": answer["compileSeconds"],
        "features": answer["features"],
    }
    inputs = {entry["name"]: value for entry, value in tensors if entry["kind"] == "input"}
    ours = next(value for entry, value in tensors if entry["kind"] == "features")
    place, features = find_features(network, inputs, ours)
    if place is None:
        return {**row, "verdict": "features", "detail": f"{answer['features']} [{ours.shape[1]}] is nowhere in PyTorch's network"}
    if place == "the network's own scores":
        return {**row, "verdict": "features", "detail": f"{answer['features']} [{ours.shape[1]}] are {place}"}
    if answer["failure"] is not None:
        return {**row, "verdict": "not trained", "detail": f"depth {answer['depth']}: {answer['failure']}"[:400]}
    head = {entry["name"]: torch.from_numpy(value).to(features.dtype) for entry, value in tensors if entry["kind"] == "head"}
    weight, bias = sorted(head.values(), key=lambda tensor: -tensor.dim())
    loss = torch.nn.functional.cross_entropy(features @ weight + bias, LABELS)
    gradients = dict(zip(names_of(network), torch.autograd.grad(loss, list(network.module.parameters()), allow_unused=True)))
    result = compare_gradients(network, tensors, gradients)
    row.update(error=result["error"], worst=result["worst"])
    off = abs(loss.item() - answer["loss"]) / abs(loss.item())
    if off > NEAR:
        return {**row, "verdict": "loss", "detail": f"{answer['loss']} where PyTorch has {loss.item()}"}
    if not result["error"] < EXACT:
        return {**row, "verdict": "gradients", "detail": result["culprit"]}
    if answer["depth"] > 0:
        return {**row, "verdict": "partial", "detail": f"from depth {answer['depth']}: {', '.join(sorted(set(answer['unsupported'])))}"}
    if result["untrained"]:
        return {**row, "verdict": "untrained", "detail": ", ".join(result["untrained"][:4])}
    return {**row, "verdict": "ok", "detail": f"{result['unmatched']} tensors not compared" if result["unmatched"] else ""}


def read(folder: pathlib.Path, entry: dict) -> np.ndarray:
    return np.fromfile(folder / entry["file"], dtype=entry["dtype"]).reshape(entry["dims"])


def names_of(network: Network) -> list[str]:
    return [name for name, _ in network.module.named_parameters()]


def find_features(network: Network, inputs: dict[str, np.ndarray], ours: np.ndarray):
    """Where PyTorch has these numbers: what some part of the network takes or gives, pooled in some way."""
    network.module.double().requires_grad_(True)  # Whisper holds its sinusoids still, and here they train
    if not finite(network, inputs):
        network.module.float()  # transformers' masks are those of float32: in double, rows that are masked throughout are NaN
    precision = next(network.module.parameters()).dtype
    given = [torch.from_numpy(inputs[name]) for name in network.names]
    given = [tensor.to(precision) if tensor.dtype.is_floating_point else tensor for tensor in given]
    seen, hooks = [], []

    def keep(name, tensor):
        if isinstance(tensor, (tuple, list)):
            for part in tensor:
                keep(name, part)
        elif torch.is_tensor(tensor) and tensor.dtype == precision and tensor.dim() >= 2:
            seen.append((name, tensor))

    def watch(name):
        def hook(_, args, result):
            keep(f"input of {name}", args)
            keep(f"output of {name}", result)

        return hook

    for name, part in network.module.named_modules():
        hooks.append(part.register_forward_hook(watch(name)))
    output = ByPlace(network).eval()(*given)
    for hook in hooks:
        hook.remove()
    mask = next((tensor for name, tensor in zip(network.names, given) if name == "attention_mask"), None)
    scores = output if output.dim() == 2 and not network.output else None
    if network.output == "logits":
        scores = output
    if scores is not None and close(scores, ours):
        return "the network's own scores", scores
    # From the end, so that of several places the last one before the scores counts.
    for name, tensor in [("output", output), *reversed(seen)]:
        for way, pooled in pools(tensor, ours, mask):
            if close(pooled, ours):
                return f"{name}{way}", pooled
    vectors = [(name, tensor) for name, tensor in seen if name.startswith("input of") and tensor.dim() == 2]
    for (first, a), (second, b) in itertools.combinations(vectors[-8:], 2):
        if a.shape == b.shape and close((a + b) / 2, ours):
            return f"mean of {first} and {second}", (a + b) / 2
    return None, None


def finite(network: Network, inputs: dict[str, np.ndarray]) -> bool:
    given = [torch.from_numpy(inputs[name]) for name in network.names]
    with torch.no_grad():
        output = ByPlace(network).eval()(*(tensor.double() if tensor.dtype.is_floating_point else tensor for tensor in given))
    return bool(torch.isfinite(output).all())


def pools(tensor: torch.Tensor, ours: np.ndarray, mask: torch.Tensor | None):
    rows, width = ours.shape
    if tensor.shape[0] != rows:
        return
    if tensor.numel() == rows * width:
        yield "", tensor.reshape(rows, width)
    if tensor.dim() == 4 and tensor.shape[1] == width:
        yield ", mean of pixels", tensor.mean((2, 3))
    if tensor.dim() == 4 and tensor.shape[3] == width:
        yield ", mean of pixels", tensor.mean((1, 2))
    if tensor.dim() == 3 and tensor.shape[2] == width:
        yield ", mean", tensor.mean(1)
        yield ", first", tensor[:, 0]
        if mask is not None and mask.shape[1] == tensor.shape[1]:
            weights = mask.unsqueeze(-1).to(tensor.dtype)
            yield ", mean by the mask", (tensor * weights).sum(1) / weights.sum(1)
            yield ", last by the mask", tensor[torch.arange(rows), mask.sum(1) - 1]
        if mask is not None and 1 < tensor.shape[1] < mask.shape[1]:
            shorter = shortened(mask, tensor.shape[1]).unsqueeze(-1).to(tensor.dtype)
            yield ", mean by the shortened mask", (tensor * shorter).sum(1) / shorter.sum(1)


def shortened(mask: torch.Tensor, length: int) -> torch.Tensor:
    """A place counts where the one that it was made of does."""
    places = torch.div(torch.arange(length) * mask.shape[1], length, rounding_mode="floor")
    return mask[:, places]


def close(tensor: torch.Tensor, ours: np.ndarray) -> bool:
    if tuple(tensor.shape) != ours.shape:
        return False
    theirs = tensor.detach().numpy()
    return bool(np.abs(theirs - ours).max() <= NEAR * max(np.abs(theirs).max(), 1e-12))


def compare_gradients(network: Network, tensors: list, gradients: dict) -> dict:
    parameters = {name: value.detach().numpy().astype(np.float32) for name, value in network.module.named_parameters() if value.numel() > 0}
    by_content: dict[tuple, list[str]] = {}
    for name, value in parameters.items():
        by_content.setdefault(key(value), []).append(name)
    weights = {entry["name"]: value for entry, value in tensors if entry["kind"] == "weight"}
    ours = {entry["name"]: value for entry, value in tensors if entry["kind"] == "gradient"}
    padding = {
        f"{name}.weight".lstrip("."): part.padding_idx
        for name, part in network.module.named_modules()
        if isinstance(part, torch.nn.Embedding) and part.padding_idx is not None
    }
    trained, unmatched, squares, total, worst, culprit = set(), 0, 0.0, 0.0, 0.0, ""
    for name, weight in weights.items():
        match = next((found for candidate in by_content.get(key(weight), []) if (found := lay_out(parameters[candidate], weight, candidate))), None)
        if match is None:
            unmatched += 1
            continue
        parameter, axes = match
        trained.add(parameter)
        gradient = gradients[parameter]
        expected = np.zeros(weight.shape) if gradient is None else gradient.numpy().reshape(axes[0]).transpose(axes[1]).reshape(weight.shape)
        found = ours[name].copy()
        if parameter in padding and found.ndim == 2:
            found[padding[parameter]] = 0  # PyTorch never trains the embedding of what fills up
        difference = float(((found - expected) ** 2).sum())
        size = float((expected**2).sum())
        squares, total = squares + difference, total + size
        relative = float(np.sqrt(difference / size)) if size > 1e-16 else float(np.sqrt(difference))
        if not relative <= worst:
            worst, culprit = relative, f"{parameter} {list(weight.shape)}: off by {relative:.1e}"
    moved = {name for name, gradient in gradients.items() if gradient is not None and gradient.numel() > 0 and float(gradient.abs().max()) > 1e-12}
    untrained = sorted(moved - trained) if unmatched == 0 else []
    return {"error": float(np.sqrt(squares / total)) if total > 0 else float("nan"), "worst": worst, "culprit": culprit, "unmatched": unmatched, "untrained": untrained}


def key(value: np.ndarray) -> tuple:
    flat = np.sort(value.reshape(-1))
    return value.size, flat[:4].tobytes(), flat[-4:].tobytes(), flat[flat.size // 2].tobytes()


def lay_out(parameter: np.ndarray, weight: np.ndarray, name: str):
    """How a parameter lies in the file: its shape without axes of one, and their order there."""
    dims = tuple(dim for dim in parameter.shape if dim != 1) or (1,)
    plain = parameter.reshape(dims)
    for order in itertools.permutations(range(len(dims))):
        if np.array_equal(plain.transpose(order).reshape(-1), weight.reshape(-1)):
            return name, (dims, order)
    return None
