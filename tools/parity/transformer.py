"""Gradient goldens of transformers for text, pictures and sound, made by PyTorch in double precision.

    pip install torch==2.13.0 transformers==4.57.6 optimum-onnx==0.1.0 onnxscript onnxruntime==1.32.0
    python tools/parity/transformer.py [FAMILY ...]

For each family writes goldens/FAMILY.json (inputs, loss, and a sketch of every parameter's gradient) and,
for each way to export it, goldens/FAMILY-VARIANT.onnx: the network with its pooling, whose weights are
turned into inputs, for they are generated (see weights.py). The file's metadata says which parameters of
PyTorch each of them holds: as it is, transposed, or several side by side.
"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from weights import noise, sketch, weight

register_fake = torch.library.register_fake
# torchvision from PyPI may be built for another torch: only its compiled detection operators mind.
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) if str(op).startswith("torchvision::") else register_fake(op, *a, **k)
import transformers as hf  # noqa: E402

GOLDENS = pathlib.Path(__file__).parent / "goldens"
CLASSES = 4
LABELS = [2, 0, 3]
VOCABULARY = 99
LENGTHS = [12, 8, 5]
SAMPLES = [400, 300, 400]
SIZE = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48)
EAGER = dict(attn_implementation="eager")
SOUND = dict(
    **SIZE, **EAGER, conv_dim=(16, 16, 24), conv_stride=(4, 2, 2), conv_kernel=(8, 3, 2),
    num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=4,
)
T5 = dict(vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=48, num_layers=3, num_heads=4)

# Each with what it reads, how it is pooled, and how it is exported: (exporter, operator set, constants folded).
FAMILIES = {
    "bert": (
        lambda: hf.BertModel(hf.BertConfig(vocab_size=VOCABULARY, max_position_embeddings=32, **SIZE, **EAGER), add_pooling_layer=False),
        "types", "mean", {"legacy": ("legacy", 14, True), "dynamo": ("dynamo", 20, True), "fused": ("fused", 17, True)},
    ),
    "roberta": (
        lambda: hf.RobertaModel(hf.RobertaConfig(vocab_size=VOCABULARY, max_position_embeddings=32, **SIZE, attn_implementation="sdpa"), add_pooling_layer=False),
        "text", "mean", {"legacy": ("legacy", 17, False)},
    ),
    "distilbert": (
        lambda: hf.DistilBertModel(hf.DistilBertConfig(
            vocab_size=VOCABULARY, max_position_embeddings=32, dim=32, n_layers=3, n_heads=4, hidden_dim=48,
            sinusoidal_pos_embds=True, **EAGER)),
        "text", "first", {"legacy": ("legacy", 12, True)},
    ),
    "gpt2": (
        lambda: hf.GPT2Model(hf.GPT2Config(
            vocab_size=VOCABULARY, n_positions=32, n_embd=32, n_layer=3, n_head=4, n_inner=48, use_cache=False, **EAGER)),
        "text", "last", {"optimum": ("optimum", 14, True), "dynamo": ("dynamo", 20, True), "fused": ("fused optimum", 17, True)},
    ),
    "t5": (
        lambda: hf.T5EncoderModel(hf.T5Config(**T5)), "text", "mean",
        {"legacy": ("legacy", 14, False), "dynamo": ("dynamo", 18, True)},
    ),
    "t5-gated": (
        lambda: hf.T5EncoderModel(hf.T5Config(**T5, feed_forward_proj="gated-gelu")), "text", "mean",
        {"legacy": ("legacy", 17, True)},
    ),
    "xlnet": (
        lambda: hf.XLNetModel(hf.XLNetConfig(vocab_size=VOCABULARY, d_model=32, n_layer=3, n_head=4, d_inner=48, use_mems_eval=False)),
        "types", "last", {"legacy": ("legacy", 17, True), "old": ("legacy", 14, False)},
    ),
    "vit": (
        lambda: hf.ViTModel(hf.ViTConfig(image_size=32, patch_size=8, **SIZE, **EAGER), add_pooling_layer=False),
        "picture", "first", {"legacy": ("legacy", 14, True), "dynamo": ("dynamo", 20, True)},
    ),
    "wav2vec2": (
        lambda: hf.Wav2Vec2Model(hf.Wav2Vec2Config(**SOUND)), "sound", "frames",
        {"legacy": ("legacy", 18, True), "dynamo": ("dynamo", 18, False)},
    ),
    "hubert": (
        lambda: hf.HubertModel(hf.HubertConfig(**SOUND, feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True)),
        "sound", "frames", {"legacy": ("legacy", 14, False), "dynamo": ("dynamo", 20, False)},
    ),
}


def inputs_of(kind: str) -> dict[str, np.ndarray]:
    """The examples; all are generated but the masks, which end early for some."""
    batch = len(LABELS)
    if kind == "picture":
        return {"pixel_values": noise("pixel_values", batch * 3 * 32 * 32).reshape(batch, 3, 32, 32).astype(np.float32)}
    lengths = SAMPLES if kind == "sound" else LENGTHS
    mask = (np.arange(max(lengths)) < np.array(lengths)[:, None]).astype(np.int64)
    if kind == "sound":
        sound = noise("input_values", mask.size).reshape(mask.shape).astype(np.float32)
        return {"input_values": sound, "attention_mask": mask}
    ids = np.floor((noise("input_ids", mask.size) + 1) / 2 * (VOCABULARY - 3)).astype(np.int64).reshape(mask.shape) + 3
    # Id 1 is RoBERTa's padding, from which it counts the positions.
    given = {"input_ids": np.where(mask == 1, ids, 1), "attention_mask": mask}
    types = (np.arange(max(lengths)) >= 4).astype(np.int64) * mask
    return {**given, "token_type_ids": types} if kind == "types" else given


class Pooled(torch.nn.Module):
    """A network that ends in one vector an example, made of what the mask does not hide."""

    def __init__(self, backbone: torch.nn.Module, kind: str, pooling: str):
        super().__init__()
        self.backbone, self.kind, self.pooling = backbone, kind, pooling

    def forward(self, data, attention_mask=None, token_type_ids=None):
        if self.kind == "picture":
            return self.backbone(pixel_values=data)["last_hidden_state"][:, 0]
        if self.kind == "sound":
            hidden = self.backbone(input_values=data, attention_mask=attention_mask)["last_hidden_state"]
            mask = self.backbone._get_feature_vector_attention_mask(hidden.shape[1], attention_mask)
            return self.mean(hidden, mask)
        types = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
        hidden = self.backbone(input_ids=data, attention_mask=attention_mask, **types)["last_hidden_state"]
        if self.pooling == "first":
            return hidden[:, 0]
        if self.pooling == "last":
            return hidden[torch.arange(hidden.shape[0]), attention_mask.sum(1) - 1]
        return self.mean(hidden, attention_mask)

    @staticmethod
    def mean(hidden, mask):
        weights = mask.to(hidden.dtype).unsqueeze(-1)
        return (hidden * weights).sum(1) / weights.sum(1)


def main() -> None:
    hf.logging.set_verbosity_error()
    GOLDENS.mkdir(exist_ok=True)
    for family in sys.argv[1:] or FAMILIES:
        make, kind, pooling, variants = FAMILIES[family]
        network = Pooled(make(), kind, pooling).eval()
        with torch.no_grad():
            for key, value in network.named_parameters():
                if value.requires_grad:
                    value.copy_(torch.from_numpy(weight(key, tuple(value.shape))))
        given = inputs_of(kind)
        with torch.no_grad():
            expected = network(*[torch.from_numpy(value) for value in given.values()]).numpy()
        generated = {key: value.detach().numpy().copy() for key, value in network.named_parameters() if value.requires_grad}
        models = {variant: export(network, given, *how) for variant, how in variants.items()}
        used = golden(family, network.double(), given)
        for variant, model in models.items():
            check(model, given, expected)
            held = strip(model, generated)
            missing = sorted(used - held)
            assert not missing, f"{family}-{variant} lacks {missing}"
            path = GOLDENS / f"{family}-{variant}.onnx"
            onnx.save(model, path)
            print(path.name, len(model.graph.node), "nodes", path.stat().st_size // 1000, "KB")


def export(network: Pooled, given: dict[str, np.ndarray], how: str, opset: int, fold: bool) -> onnx.ModelProto:
    names = list(given)
    tensors = tuple(torch.from_numpy(value) for value in given.values())
    axes = {name: {0: "batch"} if name == "pixel_values" else {0: "batch", 1: "length"} for name in names}
    if how == "dynamo":
        dynamic = tuple({axis: torch.export.Dim.DYNAMIC for axis in value} for value in axes.values())
        program = torch.onnx.export(
            network, tensors, input_names=names, output_names=["features"], opset_version=opset, dynamo=True,
            dynamic_shapes=dynamic, optimize=fold, verbose=False,
        )
        return program.model_proto
    buffer = io.BytesIO()
    with patched(network.backbone) if "optimum" in how else contextlib.nullcontext():
        torch.onnx.export(
            network, tensors, buffer, input_names=names, output_names=["features"], opset_version=opset, dynamo=False,
            dynamic_axes=axes, do_constant_folding=fold,
            training=torch.onnx.TrainingMode.EVAL if fold else torch.onnx.TrainingMode.PRESERVE,
        )
    model = onnx.load_from_string(buffer.getvalue())
    return fuse(model, network.backbone.config.model_type) if "fused" in how else model


def patched(backbone: torch.nn.Module, task: str = "feature-extraction"):
    """What optimum changes in a network while it is exported."""
    import optimum.exporters.onnx.model_configs  # noqa: F401  registers the families
    from optimum.exporters.tasks import TasksManager

    constructor = TasksManager.get_exporter_config_constructor("onnx", backbone, task=task, library_name="transformers")
    return constructor(backbone.config).patch_model_for_export(backbone)


def fuse(model: onnx.ModelProto, kind: str) -> onnx.ModelProto:
    """ONNX Runtime's optimiser, with its fused operators of domain com.microsoft."""
    from onnxruntime.transformers import optimizer

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model.onnx"
        onnx.save(model, path)
        return optimizer.optimize_model(path, kind, num_heads=4, hidden_size=32, opt_level=0).model


def check(model: onnx.ModelProto, given: dict[str, np.ndarray], expected: np.ndarray) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    named = {item.name for item in session.get_inputs()}
    result = session.run(None, {name: value for name, value in given.items() if name in named})[0]
    assert np.abs(result - expected).max() < 1e-4, np.abs(result - expected).max()


def strip(model: onnx.ModelProto, generated: dict[str, np.ndarray]) -> set[str]:
    """Turns the generated weights of a file into inputs, and says in its metadata what they are."""
    graph = model.graph
    constants = [(node.output[0], node.attribute[0].t) for node in graph.node if node.op_type == "Constant" and node.attribute[0].name == "value"]
    sources = {}
    for name, tensor in [*((item.name, item) for item in graph.initializer), *constants]:
        source = source_of(numpy_helper.to_array(tensor), generated) if tensor.data_type == onnx.TensorProto.FLOAT else None
        if source is not None:
            sources[name] = source
            graph.input.append(onnx.helper.make_tensor_value_info(name, tensor.data_type, tensor.dims))
    kept = [tensor for tensor in graph.initializer if tensor.name not in sources]
    nodes = [node for node in graph.node if not (node.op_type == "Constant" and node.output[0] in sources)]
    for node in nodes:
        node.doc_string = ""
        del node.metadata_props[:]
    for field, values in [(graph.initializer, kept), (graph.node, nodes), (graph.value_info, [])]:
        copied = [type(value).FromString(value.SerializeToString()) for value in values]
        del field[:]
        field.extend(copied)
    del model.metadata_props[:]
    del model.functions[:]
    model.metadata_props.add(key="espalier.sources", value=json.dumps(sources, separators=(",", ":")))
    return {part for source in sources.values() for part in source["parts"]}


def source_of(array: np.ndarray, generated: dict[str, np.ndarray]) -> dict | None:
    """Which parameters an array holds; their numbers differ, so that these tell."""
    for count in (1, 2, 3):
        if array.ndim == 0 or array.shape[-1] % count:
            continue
        pieces = np.split(array, count, axis=-1)
        for transposed in (False, True) if array.ndim == 2 else (False,):
            names = [find(piece.T if transposed else piece, generated) for piece in pieces]
            if all(name is not None for name in names):
                return {"parts": names, "transposed": transposed}
    return None


def find(array: np.ndarray, generated: dict[str, np.ndarray]) -> str | None:
    """Exporters give the scale of a normalisation the axes it is spread over: [C] becomes [C, 1]."""
    flat = array.ravel() if array.size == max(array.shape) else array
    same = (name for name, value in generated.items() if value.shape in (array.shape, flat.shape) and np.array_equal(value.ravel(), array.ravel()))
    return next(same, None)


def golden(family: str, network: Pooled, given: dict[str, np.ndarray]) -> set[str]:
    tensors = [torch.from_numpy(value) for value in given.values()]
    features = network(*[value.double() if value.is_floating_point() else value for value in tensors])
    width = features.shape[1]
    head = torch.from_numpy(weight("espalier_head_weight", (width, CLASSES))).double().requires_grad_()
    bias = torch.from_numpy(weight("espalier_head_bias", (CLASSES,))).double().requires_grad_()
    loss = torch.nn.functional.cross_entropy(features @ head + bias, torch.tensor(LABELS))
    loss.backward()
    trained = {key: value for key, value in network.named_parameters() if value.grad is not None}
    parameters = {**trained, "espalier_head_weight": head, "espalier_head_bias": bias}
    result = {
        "labels": LABELS,
        "classes": CLASSES,
        "inputs": {name: described(name, value) for name, value in given.items()},
        "loss": loss.item(),
        "shapes": {key: value.shape for key, value in parameters.items()},
        "gradients": {key: rounded(sketch(key, value.grad.numpy())) for key, value in parameters.items()},
    }
    (GOLDENS / f"{family}.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(family, "loss", loss.item(), "features", tuple(features.shape), "std", features.std().item())
    return set(trained)


def described(name: str, value: np.ndarray) -> dict:
    """Floats are noise of the input's name."""
    return {"dims": value.shape, **({} if value.dtype == np.float32 else {"values": value.ravel().tolist()})}


def rounded(value: dict) -> dict:
    return {"norm": float(f"{value['norm']:.8g}"), "products": [float(f"{x:.8g}") for x in value["products"]]}


if __name__ == "__main__":
    main()
