"""Gradient goldens of vision networks, made by PyTorch in double precision.

    pip install torch==2.13.0 onnx pillow && pip install --no-deps torchvision
    python tools/parity/vision.py

For each network writes goldens/NAME.onnx (the graph, its weights turned into inputs: they are
generated, see weights.py) and goldens/NAME.json (loss, and a sketch of every parameter's gradient).
"""

import io
import json
import pathlib

import numpy as np
import onnx
import torch

from weights import noise, sketch, weight

register_fake = torch.library.register_fake
# torchvision from PyPI may be built for another torch: only its compiled detection operators mind.
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) if str(op).startswith("torchvision::") else register_fake(op, *a, **k)
import torchvision  # noqa: E402

HERE = pathlib.Path(__file__).parent / "goldens"
CLASSES = 5
BATCH = 2
SMOOTHING = 0.1
CLASS_WEIGHTS = [1.0, 0.5, 2.0, 1.5, 0.75]
LABELS = [3, 1]

NETWORKS = {
    "resnet18": (lambda: torchvision.models.resnet18(), "fc", 64),
    "mobilenet_v2": (lambda: torchvision.models.mobilenet_v2(), "classifier", 64),
    "mobilenet_v3_small": (lambda: torchvision.models.mobilenet_v3_small(), "classifier", 64),
    "efficientnet_b0": (lambda: torchvision.models.efficientnet_b0(), "classifier", 64),
    "inception_v3": (lambda: torchvision.models.inception_v3(aux_logits=False, init_weights=False), "fc", 96),
    "squeezenet1_1": (lambda: torchvision.models.squeezenet1_1().features, None, 64),
    "vgg11": (lambda: torchvision.models.vgg11_bn().features, None, 64),
}


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, (make, head, size) in NETWORKS.items():
        network = make().eval()
        if head is not None:
            setattr(network, head, torch.nn.Identity())
        with torch.no_grad():
            for key, value in network.state_dict().items():
                if value.dtype.is_floating_point:
                    value.copy_(torch.from_numpy(weight(key, tuple(value.shape))))
        export(name, network, size)
        golden(name, network.double(), size)


def export(name: str, network: torch.nn.Module, size: int) -> None:
    buffer = io.BytesIO()
    torch.onnx.export(
        network, torch.zeros(BATCH, 3, size, size), buffer, input_names=["image"], output_names=["features"],
        opset_version=18, dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}},
    )
    model = onnx.load_from_string(buffer.getvalue())
    known = {key for key, _ in network.state_dict().items()}
    kept = []
    for tensor in model.graph.initializer:
        if tensor.name in known:
            model.graph.input.append(onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
        else:
            kept.append(tensor)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    for node in model.graph.node:
        node.doc_string = ""
    onnx.save(model, HERE / f"{name}.onnx")


def golden(name: str, network: torch.nn.Module, size: int) -> None:
    image = torch.from_numpy(noise("image", BATCH * 3 * size * size).reshape(BATCH, 3, size, size).astype(np.float32)).double()
    features = network(image)
    if features.dim() == 4:
        features = features.mean((2, 3))
    width = features.shape[1]
    head = torch.from_numpy(weight("espalier_head_weight", (width, CLASSES))).double().requires_grad_()
    bias = torch.from_numpy(weight("espalier_head_bias", (CLASSES,))).double().requires_grad_()
    logits = features @ head + bias
    criterion = torch.nn.CrossEntropyLoss(weight=torch.tensor(CLASS_WEIGHTS).double(), label_smoothing=SMOOTHING)
    loss = criterion(logits, torch.tensor(LABELS))
    loss.backward()
    parameters = {**dict(network.named_parameters()), "espalier_head_weight": head, "espalier_head_bias": bias}
    result = {
        "size": size,
        "labels": LABELS,
        "classWeights": CLASS_WEIGHTS,
        "labelSmoothing": SMOOTHING,
        "loss": loss.item(),
        "gradients": {key: sketch(key, value.grad.numpy()) for key, value in parameters.items()},
    }
    text = json.dumps(result, indent=None, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n")
    print(name, "loss", loss.item(), "features", tuple(features.shape), "std", features.std().item())


if __name__ == "__main__":
    main()
