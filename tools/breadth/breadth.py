"""Which networks the training compiler takes: exports each, trains one step, compares with PyTorch.

    pip install torch==2.13.0 timm transformers onnx onnxscript && pip install --no-deps torchvision
    npx tsc -b tools
    python tools/breadth/breadth.py [--exporter legacy|dynamo] [--table FILE] [NAME ...]

A NAME may hold `*`. A network is `ok` where its features are what PyTorch has somewhere before its own
scores, and loss and every gradient at the lowest freeze depth are autograd's in double precision.
"""

import argparse
import contextlib
import copy
import fnmatch
import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import warnings

import torch

from compare import compare
from networks import NETWORKS, ByPlace, Network, disturb

SUBJECT = pathlib.Path(__file__).parents[1] / "dist/breadth/subject.js"
SECONDS = 300


def main() -> None:
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=["*"])
    parser.add_argument("--exporter", choices=["legacy", "dynamo"], action="append")
    parser.add_argument("--table", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="leave the exported networks here")
    options = parser.parse_args()
    chosen = [name for name in NETWORKS if any(fnmatch.fnmatch(name, pattern) for pattern in options.names)]
    rows = []
    for name in chosen:
        for exporter in options.exporter or ["legacy", "dynamo"]:
            row = examine(name, exporter, options.keep)
            rows.append(row)
            print(line(row), flush=True)
            if options.table:
                write(options.table, rows)
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in sorted({row["verdict"] for row in rows})}
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))


def examine(name: str, exporter: str, keep: pathlib.Path | None) -> dict:
    row = {"name": name, "exporter": exporter}
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "network"
        place.mkdir()
        try:
            torch.manual_seed(0)
            network = NETWORKS[name]()
            network.module.eval()
            if exporter == "dynamo":
                network.module = fold_normalisations(network)
            disturb(network.module)
            row["nodes"] = export(network, exporter, place)
        except Exception as error:  # PyTorch's own limits, which are told and not counted as ours
            return {**row, "verdict": "not exported", "detail": first_line(error)}
        if keep:
            shutil.copytree(place, keep / f"{name.replace('/', '_')}-{exporter}", dirs_exist_ok=True)
        reference = place if network.companions else place / "model.onnx"
        answers = pathlib.Path(folder) / "answers"
        try:
            run = subprocess.run(["node", str(SUBJECT), str(reference), str(answers)], capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return {**row, "verdict": "too slow", "detail": f"over {SECONDS} s"}
        if run.returncode != 0:
            return {**row, "verdict": "refused", "detail": first_line(run.stderr)}
        try:
            return {**row, **compare(network, answers)}
        except Exception as error:  # of this tool or of PyTorch: no network's fault, and no reason to end
            return {**row, "verdict": "not compared", "detail": first_line(error)}


def fold_normalisations(network: Network) -> torch.nn.Module:
    """Folds each batch normalisation into the convolution before it, as the newer exporter does, so that weights stay comparable."""
    module = copy.deepcopy(network.module)
    makers, pairs, hooks = {}, [], []

    def remember(part, _, result):
        makers[id(result)] = (part, result)

    def meet(part, args):
        made = makers.get(id(args[0]))
        if made is not None:
            pairs.append((made[0], part))

    for part in module.modules():
        if isinstance(part, torch.nn.Conv2d):
            hooks.append(part.register_forward_hook(remember))
        elif isinstance(part, torch.nn.BatchNorm2d):
            hooks.append(part.register_forward_pre_hook(meet))
    with torch.no_grad(), contextlib.suppress(Exception):
        ByPlace(Network(module, network.kind, network.size, network.names, network.output))(*examples(network))
    for hook in hooks:
        hook.remove()
    names = {part: name for name, part in module.named_modules()}
    for convolution, norm in pairs:
        fused = torch.nn.utils.fusion.fuse_conv_bn_eval(convolution, norm)
        replace(module, names[convolution], fused)
        rest = [getattr(norm, key) for key in ("drop", "act") if isinstance(getattr(norm, key, None), torch.nn.Module)]
        replace(module, names[norm], torch.nn.Sequential(*rest))
    module.requires_grad_(True)
    return module


def replace(module: torch.nn.Module, name: str, part: torch.nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(module.get_submodule(parent), last, part)


def examples(network: Network) -> tuple[torch.Tensor, ...]:
    if network.kind == "image":
        return (torch.randn(2, 3, network.size, network.size),)
    if network.kind == "audio":
        if network.names == ["input_values"] and hasattr(network.module.config, "num_mel_bins"):
            return (torch.randn(2, network.module.config.max_length, network.module.config.num_mel_bins),)
        if network.names == ["input_features"]:
            return (torch.randn(2, network.module.config.num_mel_bins, 2 * network.module.config.max_source_positions),)
        return (torch.randn(2, network.size),)
    ids = torch.randint(5, 150, (2, 16))
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    given = {"input_ids": ids * mask, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    return tuple(given[name] for name in network.names)


def export(network: Network, exporter: str, place: pathlib.Path) -> int:
    import onnx

    for companion in network.companions:
        companion.save_pretrained(place)
    file = place / ("onnx/model.onnx" if network.companions else "model.onnx")
    file.parent.mkdir(exist_ok=True)
    module = ByPlace(network).eval()
    given = examples(network)
    free = network.kind == "text" or given[0].dim() == 2
    axes = {0: "batch", 1: "length"} if free else {0: "batch"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if exporter == "legacy":
            torch.onnx.export(
                module, given, str(file), input_names=network.names, output_names=["output"], opset_version=20, dynamo=False,
                dynamic_axes={key: axes for key in network.names}, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
        else:
            sizes = {axis: (torch.export.Dim(name, max=64) if network.kind == "text" else torch.export.Dim(name, min=4000)) if axis else torch.export.Dim(name) for axis, name in axes.items()}
            torch.onnx.export(
                module, given, str(file), input_names=network.names, output_names=["output"], opset_version=20, dynamo=True,
                dynamic_shapes={"given": tuple(sizes for _ in given)}, external_data=False, verbose=False)
    return len(onnx.load(file).graph.node)


def first_line(error) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error).strip())
    return f"{type(error).__name__ + ': ' if isinstance(error, Exception) else ''}{text.splitlines()[0] if text else ''}"[:300]


def line(row: dict) -> str:
    parts = [f"{row['name']:40}", f"{row['exporter']:7}", f"{row.get('nodes', ''):>6}", f"{row.get('stages', ''):>3}", f"{row.get('depths', ''):8}"]
    error = f"{row['error']:.0e} ({row['worst']:.0e})" if "error" in row else ""
    return " ".join([*parts, f"{error:16}", f"{row.get('seconds', 0):6.1f}", row["verdict"], row.get("detail", "")])


def write(path: pathlib.Path, rows: list[dict]) -> None:
    head = "| network | exporter | nodes | stages | depths | gradient error, all (worst tensor) | compile s | verdict |\n|---|---|---:|---:|---|---|---:|---|\n"
    body = [
        f"| {row['name']} | {row['exporter']} | {row.get('nodes', '')} | {row.get('stages', '')} | {row.get('depths', '')} | "
        + (f"{row['error']:.0e} ({row['worst']:.0e})" if "error" in row else "")
        + f" | {row.get('seconds', 0):.1f} | {row['verdict']}{': ' + row['detail'] if row.get('detail') else ''} |\n"
        for row in rows
    ]
    path.write_text(head + "".join(body))


if __name__ == "__main__":
    main()
