"""Makes a folder that Espalier reads of a text encoder that the hub has no ONNX file of, and optimum makes none.

    pip install torch==2.13.0 transformers==4.57.6 sentencepiece
    python tools/export/encoder.py xlnet/xlnet-base-cased FOLDER
    espalier search messages.csv --text text --backbone text-xlnet=FOLDER
"""

import argparse
import pathlib
import shutil

import torch
from huggingface_hub import hf_hub_download
from transformers import AutoModel, AutoTokenizer


class Encoder(torch.nn.Module):
    """What an exporter gives: tensors by place, not by name."""

    def __init__(self, network: torch.nn.Module, names: list[str]):
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *given: torch.Tensor) -> torch.Tensor:
        return self.network(**dict(zip(self.names, given)))["last_hidden_state"]


def copy_card(model: str, folder: pathlib.Path) -> None:
    """The model card, in which the licence stands."""
    card = pathlib.Path(model) / "README.md"
    if not card.parent.is_dir():
        card = pathlib.Path(hf_hub_download(model, "README.md"))
    if card.exists():
        shutil.copy(card, folder / "README.md")
    else:
        print(f"there is no model card; write the licence into {folder / 'README.md'}: ---, license: ..., ---, a line each")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="owner/name on the hub, or a folder")
    parser.add_argument("folder", type=pathlib.Path)
    given = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(given.model)
    network = AutoModel.from_pretrained(given.model, attn_implementation="eager")
    if network.config.model_type == "xlnet":
        network.config.use_mems_eval = False  # a cache for texts in pieces, which would be another output
    tokenizer.padding_side = "right"
    examples = tokenizer(["a text of a few words", "another"], padding=True, return_tensors="pt")
    names = list(examples)
    given.folder.mkdir(parents=True, exist_ok=True)
    partial = given.folder / "model.onnx.partial"
    torch.onnx.export(
        Encoder(network, names).eval(), tuple(examples.values()), str(partial), input_names=names, output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in names}, opset_version=17, dynamo=False, do_constant_folding=True)
    partial.rename(given.folder / "model.onnx")
    network.config.save_pretrained(given.folder)
    tokenizer.save_pretrained(given.folder)
    copy_card(given.model, given.folder)
    print(f"{given.folder} is a backbone now: espalier search DATASET --backbone {given.folder}")


if __name__ == "__main__":
    main()
