"""Small networks of random weights, each as its family is published: for the conformance tests of plugins.

    pip install torch==2.13.0 transformers==4.57.6 optimum-onnx==0.1.0 && pip install --no-deps torchvision
    python tools/parity/architectures.py [NAME ...]

For each writes packages/extend/conformance/architectures/NAME/: the network with the head it is published with,
whose weights are turned into inputs, for they are generated (see weights.py); its configuration, tokenizer
or processor; and expected.json, with the token ids and features that PyTorch and transformers give.
"""

import contextlib
import functools
import io
import json
import pathlib
import shutil
import sys

import numpy as np
import onnx
import torch

from transformer import EAGER, Pooled, hf, patched, strip  # which mends torchvision too
from tokenizers_of import TEXTS, gpt2_tokenizer, roberta_tokenizer, t5_tokenizer, word_piece, xlnet_tokenizer
from weights import noise, weight

import torchvision  # noqa: E402

FOLDER = pathlib.Path(__file__).parents[2] / "packages/extend/conformance/architectures"
SAMPLES = 4000
CLASSES = 10
SIZE = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48)


class Outputs(torch.nn.Module):
    """What an exporter gives: tensors by place, not by name."""

    def __init__(self, network: torch.nn.Module, names: list[str], output: str):
        super().__init__()
        self.network, self.names, self.output = network, names, output

    def forward(self, *given):
        result = self.network(**dict(zip(self.names, given)))
        if "past_key_values" not in result:
            return result[self.output]
        past = result["past_key_values"]
        return result[self.output], *(tensor for layer in past.layers for tensor in (layer.keys, layer.values))


IMAGENET = dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
TEXT_INPUTS = ["input_ids", "attention_mask"]
RESNET = hf.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1], num_labels=CLASSES)
SOUND = hf.Wav2Vec2Config(
    **SIZE, **EAGER, vocab_size=30, conv_dim=(16, 16, 24), conv_stride=(8, 5, 4), conv_kernel=(16, 5, 4),
    num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=4)


def vgg() -> torch.nn.Module:
    """VGG-11 with an eighth of the channels."""
    features, width = [], 3
    for out in [8, "M", 16, "M", 32, 32, "M", 64, 64, "M", 64, 64, "M"]:
        if out == "M":
            features.append(torch.nn.MaxPool2d(2, 2))
            continue
        features += [torch.nn.Conv2d(width, out, 3, padding=1), torch.nn.ReLU()]
        width = out
    network = torchvision.models.VGG(torch.nn.Sequential(*features), num_classes=CLASSES, init_weights=False)
    network.classifier[0] = torch.nn.Linear(width * 49, 64)
    network.classifier[3] = torch.nn.Linear(64, 48)
    network.classifier[6] = torch.nn.Linear(48, CLASSES)
    return network


def efficientnet() -> torch.nn.Module:
    from torchvision.models.efficientnet import EfficientNet, _efficientnet_conf

    setting, _ = _efficientnet_conf("efficientnet_b0", width_mult=0.25, depth_mult=0.5)
    return EfficientNet(setting, dropout=0.2, num_classes=CLASSES, last_channel=64)


def inception() -> torch.nn.Module:
    """InceptionV3 with an eighth of the channels."""
    from torchvision.models import inception as v3

    class Narrow(v3.BasicConv2d):
        def __init__(self, channels: int, out: int, **rest):
            super().__init__(channels if channels == 3 else channels // 8, out // 8, **rest)

    blocks = [v3.InceptionA, v3.InceptionB, v3.InceptionC, v3.InceptionD, v3.InceptionE]
    network = torchvision.models.Inception3(
        num_classes=CLASSES, aux_logits=False, transform_input=True, init_weights=False,
        inception_blocks=[Narrow, *(functools.partial(block, conv_block=Narrow) for block in blocks), v3.InceptionAux])
    network.fc = torch.nn.Linear(256, CLASSES)
    return network


# Each with what it reads, its configuration and tokenizer or processor, the file it is published as, and its output.
NETWORKS = {
    "bert": (
        lambda: hf.BertForMaskedLM(hf.BertConfig(vocab_size=160, max_position_embeddings=32, **SIZE, **EAGER)),
        [*TEXT_INPUTS, "token_type_ids"], word_piece, "model.onnx", "logits"),
    "roberta": (
        lambda: hf.RobertaForMaskedLM(hf.RobertaConfig(vocab_size=320, max_position_embeddings=34, **SIZE, **EAGER)),
        TEXT_INPUTS, roberta_tokenizer, "onnx/model.onnx", "logits"),
    "gpt": (
        lambda: hf.GPT2LMHeadModel(hf.GPT2Config(vocab_size=320, n_positions=32, n_embd=32, n_layer=3, n_head=4, n_inner=48, **EAGER)),
        TEXT_INPUTS, gpt2_tokenizer, "onnx/decoder_model.onnx", "logits"),
    "t5": (
        lambda: hf.T5EncoderModel(hf.T5Config(vocab_size=120, d_model=32, d_kv=8, d_ff=48, num_layers=3, num_heads=4)),
        TEXT_INPUTS, t5_tokenizer, "onnx/encoder_model.onnx", "last_hidden_state"),
    "xlnet": (
        lambda: hf.XLNetModel(hf.XLNetConfig(vocab_size=120, d_model=32, n_layer=3, n_head=4, d_inner=48, use_mems_eval=False)),
        [*TEXT_INPUTS, "token_type_ids"], xlnet_tokenizer, "model.onnx", "last_hidden_state"),
    "wav2vec2": (
        lambda: hf.Wav2Vec2ForCTC(SOUND), ["input_values"],
        lambda: hf.Wav2Vec2FeatureExtractor(sampling_rate=16000, do_normalize=True), "onnx/model.onnx", "logits"),
    "resnet": (
        lambda: hf.ResNetForImageClassification(RESNET), ["pixel_values"],
        lambda: hf.ConvNextImageProcessor(size={"shortest_edge": 224}, crop_pct=0.875, resample=3, **IMAGENET), "onnx/model.onnx", "logits"),
    "vgg": (vgg, 224, None, "vgg16_Opset18.onnx", None),
    "efficientnet": (efficientnet, 224, None, "efficientNet-b0.onnx", None),
    "inception": (inception, 299, None, "inception-v3.onnx", None),
    "mobilenet": (
        lambda: torchvision.models.MobileNetV2(num_classes=CLASSES, width_mult=0.25), 224, None, "mobilenetv2-12.onnx", None),
}


def main() -> None:
    hf.logging.set_verbosity_error()
    for name in sys.argv[1:] or NETWORKS:
        make, reads, companion, file, output = NETWORKS[name]
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / file).parent.mkdir(parents=True)
        network = make().eval()
        fill(network)
        tools = companion() if companion is not None else None
        if tools is not None:
            network.config.save_pretrained(folder)
            tools.save_pretrained(folder)
        given = inputs_of(reads, tools)
        module = network if output is None else Outputs(network, list(given), output).eval()
        expected = expect(network, module, given, isinstance(tools, hf.PreTrainedTokenizerFast), name)
        model = export(module, given, name)
        verify(model, module, given)
        strip(model, generated_in(network))
        onnx.save(model, folder / file)
        (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
        clean(folder)
        print(name, len(model.graph.node), "nodes", (folder / file).stat().st_size // 1000, "KB, features", np.shape(expected["features"]))


def fill(network: torch.nn.Module) -> None:
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                value.copy_(torch.from_numpy(weight(key, tuple(value.shape))))


def generated_in(network: torch.nn.Module) -> dict[str, np.ndarray]:
    """Of weights that are tied, the one whose name they were generated from."""
    values = {key: value.detach().numpy().copy() for key, value in network.state_dict().items() if value.dtype.is_floating_point}
    return {key: value for key, value in values.items() if np.array_equal(value, weight(key, value.shape))}


def inputs_of(reads: list[str] | int, tools) -> dict[str, torch.Tensor]:
    if isinstance(reads, int):
        return {"pixels": picture("pixels", reads)}
    if reads == ["pixel_values"]:
        return {"pixel_values": picture("pixel_values", 224)}
    if reads == ["input_values"]:
        return {"input_values": torch.from_numpy(noise("input_values", 2 * SAMPLES).reshape(2, SAMPLES).astype(np.float32))}
    if tools.pad_token is None:
        tools.pad_token = tools.eos_token
    tools.padding_side = "right"
    encoded = tools(TEXTS, padding=True, return_tensors="pt")
    if tools.pad_token_id != 0 and isinstance(tools, hf.GPT2TokenizerFast):
        raise AssertionError("its end of text is no 0")
    return {name: encoded[name] for name in reads}


def picture(name: str, size: int) -> torch.Tensor:
    return torch.from_numpy(noise(name, 2 * 3 * size * size).reshape(2, 3, size, size).astype(np.float32))


def expect(network: torch.nn.Module, module: torch.nn.Module, given: dict, is_text: bool, name: str) -> dict:
    """The features are what the last linear layer reads, or where there is none, the output; pooled."""
    caught = []
    linear = [part for part in network.modules() if isinstance(part, torch.nn.Linear)][-1]
    hook = linear.register_forward_pre_hook(lambda _, args: caught.append(args[0]))
    with torch.no_grad():
        output = module(*given.values())
    hook.remove()
    headless = name in ("t5", "xlnet")
    hidden = output if headless else caught[-1]
    if is_text:
        mask = given["attention_mask"]
        pooled = hidden[torch.arange(len(TEXTS)), mask.sum(1) - 1] if name in ("gpt", "xlnet") else Pooled.mean(hidden, mask)
        ids = [row[: int(mask[i].sum())].tolist() for i, row in enumerate(given["input_ids"])]
        return {"texts": TEXTS, "ids": ids, "features": rounded(pooled)}
    return {"input": {"name": next(iter(given)), "dims": next(iter(given.values())).shape}, "features": rounded(hidden.mean(1) if hidden.dim() == 3 else hidden)}


def rounded(features: torch.Tensor) -> list:
    return [[float(f"{value:.6g}") for value in row] for row in features.tolist()]


def export(module: torch.nn.Module, given: dict[str, torch.Tensor], name: str) -> onnx.ModelProto:
    names = list(given)
    is_picture = next(iter(given.values())).dim() == 4
    axes = {key: {0: "batch"} if is_picture else {0: "batch", 1: "length"} for key in names}
    buffer = io.BytesIO()
    with patched(module.network, "text-generation") if name == "gpt" else contextlib.nullcontext():
        torch.onnx.export(
            module, tuple(given.values()), buffer, input_names=names, output_names=["output"], dynamo=False,
            # Behind older, decomposed normalisations of XLNet the time is first, which leaves it one stage.
            opset_version=17 if name == "xlnet" else 14,
            dynamic_axes=axes, do_constant_folding=not is_picture,
            training=torch.onnx.TrainingMode.PRESERVE if is_picture else torch.onnx.TrainingMode.EVAL)
    return onnx.load_from_string(buffer.getvalue())


def verify(model: onnx.ModelProto, module: torch.nn.Module, given: dict[str, torch.Tensor]) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    named = {item.name for item in session.get_inputs()}
    result = session.run(None, {name: value.numpy() for name, value in given.items() if name in named})[0]
    with torch.no_grad():
        expected = module(*given.values())
    expected = (expected[0] if isinstance(expected, tuple) else expected).numpy()
    error = np.abs(result - expected).max() / max(1, np.abs(expected).max())
    assert error < 1e-4, error


def clean(folder: pathlib.Path) -> None:
    """Without line breaks where they add nothing, and without files that are not read."""
    kept = {"config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "expected.json"}
    for path in folder.glob("*"):
        if path.is_file() and path.suffix != ".onnx" and path.name not in kept:
            path.unlink()
        elif path.suffix == ".json":
            path.write_text(json.dumps(json.loads(path.read_text()), separators=(",", ":"), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
