"""Small variants of random weights of the networks that people export: torchvision, timm, transformers.

Each entry is a function that makes a `Network`: a module, and how it is fed. Nothing is downloaded.
"""

import pathlib
import sys
from dataclasses import dataclass, field
from typing import Callable

import torch

register_fake = torch.library.register_fake
# torchvision from PyPI may be built for another torch: only its compiled detection operators mind.
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) if str(op).startswith("torchvision::") else register_fake(op, *a, **k)
import timm  # noqa: E402
import torchvision  # noqa: E402
import transformers as hf  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "parity"))
from tokenizers_of import gpt2_tokenizer, word_piece  # noqa: E402

CLASSES = 10
VOCABULARY = 160


@dataclass
class Network:
    module: torch.nn.Module
    kind: str  # image, text or audio
    size: int = 64  # pixels of a picture's side, samples of a recording
    names: list[str] = field(default_factory=list)  # inputs, in the module's order
    output: str | None = None  # key of the output, of transformers
    companions: list = field(default_factory=list)  # configuration, tokenizer, processor: saved beside the file


# --- torchvision ---

tv = torchvision.models


def picture(make: Callable[[], torch.nn.Module], size: int = 64) -> Callable[[], Network]:
    return lambda: Network(make(), "image", size, ["image"])


def narrow_head(network: torch.nn.Module, places: dict[int, tuple[int, int]]) -> torch.nn.Module:
    """Replaces the wide linear layers of AlexNet and VGG, whose weights would fill half a gigabyte."""
    for place, (width, out) in places.items():
        network.classifier[place] = torch.nn.Linear(width, out)
    return network


def densenet() -> torch.nn.Module:
    return tv.DenseNet(growth_rate=8, block_config=(2, 3, 4, 3), num_init_features=16, num_classes=CLASSES)


def resnet(**options) -> torch.nn.Module:
    return tv.ResNet(tv.resnet.Bottleneck, [1, 1, 2, 1], num_classes=CLASSES, **options)


def vit() -> torch.nn.Module:
    return tv.VisionTransformer(image_size=64, patch_size=16, num_layers=4, num_heads=4, hidden_dim=32, mlp_dim=64, num_classes=CLASSES)


def swin(version: int) -> torch.nn.Module:
    from torchvision.models import swin_transformer as parts

    v2 = dict(block=parts.SwinTransformerBlockV2, downsample_layer=parts.PatchMergingV2) if version == 2 else {}
    return tv.SwinTransformer(
        patch_size=[4, 4], embed_dim=24, depths=[2, 2, 2, 2], num_heads=[2, 2, 4, 4], window_size=[7 + version - 1] * 2,
        num_classes=CLASSES, **v2)


def convnext() -> torch.nn.Module:
    from torchvision.models.convnext import CNBlockConfig

    settings = [CNBlockConfig(16, 24, 2), CNBlockConfig(24, 32, 2), CNBlockConfig(32, 48, 3), CNBlockConfig(48, None, 2)]
    return tv.ConvNeXt(settings, num_classes=CLASSES)


def maxvit() -> torch.nn.Module:
    return tv.MaxVit(
        input_size=(64, 64), stem_channels=16, partition_size=2, block_channels=[16, 24], block_layers=[1, 2],
        head_dim=8, stochastic_depth_prob=0.0, num_classes=CLASSES)


TORCHVISION = {
    "alexnet": picture(lambda: narrow_head(tv.alexnet(num_classes=CLASSES), {1: (9216, 64), 4: (64, 48), 6: (48, CLASSES)}), 224),
    "vgg11": picture(lambda: narrow_head(tv.vgg11(num_classes=CLASSES), {0: (25088, 64), 3: (64, 48), 6: (48, CLASSES)}), 224),
    "vgg11_bn": picture(lambda: narrow_head(tv.vgg11_bn(num_classes=CLASSES), {0: (25088, 64), 3: (64, 48), 6: (48, CLASSES)}), 224),
    "resnet18": picture(lambda: tv.resnet18(num_classes=CLASSES)),
    "resnext": picture(lambda: resnet(groups=8, width_per_group=4)),
    "wide_resnet": picture(lambda: resnet(width_per_group=96)),
    "densenet": picture(densenet),
    "squeezenet1_0": picture(lambda: tv.squeezenet1_0(num_classes=CLASSES), 96),
    "squeezenet1_1": picture(lambda: tv.squeezenet1_1(num_classes=CLASSES)),
    "googlenet": picture(lambda: tv.googlenet(num_classes=CLASSES, aux_logits=False, init_weights=False)),
    "inception_v3": picture(lambda: tv.inception_v3(num_classes=CLASSES, aux_logits=False, init_weights=False), 96),
    "mobilenet_v2": picture(lambda: tv.mobilenet_v2(num_classes=CLASSES, width_mult=0.5)),
    "mobilenet_v3_small": picture(lambda: tv.mobilenet_v3_small(num_classes=CLASSES)),
    "mnasnet0_5": picture(lambda: tv.mnasnet0_5(num_classes=CLASSES)),
    "shufflenet_v2_x0_5": picture(lambda: tv.shufflenet_v2_x0_5(num_classes=CLASSES)),
    "efficientnet_b0": picture(lambda: tv.efficientnet_b0(num_classes=CLASSES)),
    "efficientnet_v2_s": picture(lambda: tv.efficientnet_v2_s(num_classes=CLASSES)),
    "regnet_y_400mf": picture(lambda: tv.regnet_y_400mf(num_classes=CLASSES)),
    "convnext": picture(convnext),
    "vit": picture(vit),
    "swin": picture(lambda: swin(1)),
    "swin_v2": picture(lambda: swin(2)),
    "maxvit": picture(maxvit),
}

# --- timm ---


def timm_network(name: str, size: int | None = None, **options) -> Callable[[], Network]:
    def make() -> Network:
        module = timm.create_model(name, pretrained=False, num_classes=CLASSES, **options)
        return Network(module, "image", size or module.default_cfg["input_size"][-1], ["image"])

    return make


TIMM = {
    **{name: timm_network(name) for name in timm.list_models("test_*")},
    "deit_tiny_distilled_patch16_224": timm_network("deit_tiny_distilled_patch16_224", 64, img_size=64, depth=4, embed_dim=48, num_heads=3),
    "levit_128s": timm_network("levit_128s", 224),
    "efficientformer_l1": timm_network("efficientformer_l1", 224),
    "efficientformerv2_s0": timm_network("efficientformerv2_s0", 224),
    "beitv2_base_patch16_224": timm_network("beitv2_base_patch16_224", 64, img_size=64, depth=4, embed_dim=48, num_heads=3),
    "cait_xxs24_224": timm_network("cait_xxs24_224", 64, img_size=64, depth=6, embed_dim=48, num_heads=3),
    "convnextv2_atto": timm_network("convnextv2_atto", 64),
    "davit_tiny": timm_network("davit_tiny", 64, depths=(1, 1, 2, 1), embed_dims=(24, 48, 96, 96), num_heads=(2, 4, 4, 4)),
    "dla46_c": timm_network("dla46_c", 64),
    "dpn48b": timm_network("dpn48b", 64),
    "ecaresnet26t": timm_network("ecaresnet26t", 64),
    "edgenext_xx_small": timm_network("edgenext_xx_small", 64),
    "efficientnet_lite0": timm_network("efficientnet_lite0", 64),
    "fastvit_t8": timm_network("fastvit_t8", 64),
    "ghostnet_050": timm_network("ghostnet_050", 64),
    "hiera_tiny_224": timm_network("hiera_tiny_224", 224),
    "legacy_xception": timm_network("legacy_xception", 96),
    "mobilenetv4_conv_small": timm_network("mobilenetv4_conv_small", 64),
    "mobilenetv4_hybrid_medium": timm_network("mobilenetv4_hybrid_medium", 64),
    "mobilevit_xxs": timm_network("mobilevit_xxs", 64),
    "mvitv2_tiny": timm_network("mvitv2_tiny", 64, img_size=64),
    "pit_ti_224": timm_network("pit_ti_224", 224),
    "repvgg_a0": timm_network("repvgg_a0", 64),
    "res2net50_14w_8s": timm_network("res2net50_14w_8s", 64),
    "resnest14d": timm_network("resnest14d", 64),
    "resnetv2_18": timm_network("resnetv2_18", 64),
    "resnetv2_50x1_bit": timm_network("resnetv2_50x1_bit", 64),
    "rexnet_100": timm_network("rexnet_100", 64),
    "skresnet18": timm_network("skresnet18", 64),
    "swin_tiny_patch4_window7_224": timm_network("swin_tiny_patch4_window7_224", 224, depths=(2, 2, 2, 2), embed_dim=24, num_heads=(2, 2, 4, 4)),
    "swinv2_cr_tiny_224": timm_network("swinv2_cr_tiny_224", 224, depths=(1, 1, 2, 1), embed_dim=24, num_heads=(2, 2, 4, 4)),
    "tf_efficientnet_b0": timm_network("tf_efficientnet_b0", 64),
    "tnt_s_legacy_patch16_224": timm_network("tnt_s_legacy_patch16_224", 224, depth=4),
    "twins_svt_small": timm_network("twins_svt_small", 224),
    "vit_base_patch16_siglip_224": timm_network("vit_base_patch16_siglip_224", 64, img_size=64, depth=4, embed_dim=48, num_heads=3),
    "vit_small_patch14_reg4_dinov2": timm_network("vit_small_patch14_reg4_dinov2", 56, img_size=56, depth=4, embed_dim=48, num_heads=3),
    "vit_small_patch16_dinov3": timm_network("vit_small_patch16_dinov3", 64, img_size=64, depth=4, embed_dim=48, num_heads=3),
    "xcit_nano_12_p16_224": timm_network("xcit_nano_12_p16_224", 64, img_size=64),
}

# --- transformers ---

SIZE = dict(hidden_size=32, num_hidden_layers=4, num_attention_heads=4, intermediate_size=64)
TEXT = dict(vocab_size=VOCABULARY, max_position_embeddings=64, pad_token_id=0)
EAGER = dict(attn_implementation="eager")
VISION = dict(image_size=64, patch_size=16, num_channels=3)


def text(kind: str, config, names=("input_ids", "attention_mask"), tokenizer=word_piece, part: str | None = None, **options) -> Callable[[], Network]:
    def make() -> Network:
        model = getattr(hf, kind)(config(), **options)
        module = getattr(model, part) if part else model
        return Network(module, "text", 0, list(names), "last_hidden_state", [model.config, tokenizer()])

    return make


def vision(kind: str, config, output: str = "last_hidden_state", size: int = 64, processor=None, **options) -> Callable[[], Network]:
    def make() -> Network:
        model = getattr(hf, kind)(config(), **options)
        shape = dict(height=size, width=size)
        tools = processor() if processor else hf.ViTImageProcessor(size=shape, image_mean=[0.5] * 3, image_std=[0.5] * 3)
        return Network(model, "image", size, ["pixel_values"], output, [model.config, tools])

    return make


def audio(kind: str, config, extractor, name: str = "input_values", size: int = 16000, output: str = "last_hidden_state", part: str | None = None) -> Callable[[], Network]:
    def make() -> Network:
        model = getattr(hf, kind)(config())
        module = getattr(model, part) if part else model
        return Network(module, "audio", size, [name], output, [model.config, extractor()])

    return make


def sound(kind: str, **options) -> dict:
    return getattr(hf, kind)(
        **SIZE, conv_dim=(16, 16, 16, 16, 16, 16, 16), num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=4, vocab_size=30, **options)


def waveform() -> hf.Wav2Vec2FeatureExtractor:
    return hf.Wav2Vec2FeatureExtractor(sampling_rate=16000, do_normalize=True)


BERT = dict(**SIZE, **TEXT, **EAGER)
LLAMA = dict(**SIZE, **TEXT, **EAGER, num_key_value_heads=2, head_dim=8)
TYPES = ("input_ids", "attention_mask", "token_type_ids")

TRANSFORMERS = {
    "albert": text("AlbertModel", lambda: hf.AlbertConfig(**BERT, embedding_size=16)),
    "bart-encoder": text("BartModel", lambda: hf.BartConfig(**TEXT, **EAGER, d_model=32, encoder_layers=4, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64), part="encoder"),
    "bert": text("BertModel", lambda: hf.BertConfig(**BERT), TYPES, add_pooling_layer=False),
    "big_bird": text("BigBirdModel", lambda: hf.BigBirdConfig(**SIZE, **TEXT, attention_type="original_full"), add_pooling_layer=False),
    "camembert": text("CamembertModel", lambda: hf.CamembertConfig(**BERT), add_pooling_layer=False),
    "clip-text": text("CLIPTextModel", lambda: hf.CLIPTextConfig(**BERT, eos_token_id=3)),
    "convbert": text("ConvBertModel", lambda: hf.ConvBertConfig(**SIZE, **TEXT, embedding_size=32, head_ratio=2, conv_kernel_size=5, num_groups=1)),
    "deberta": text("DebertaModel", lambda: hf.DebertaConfig(**SIZE, **TEXT, relative_attention=True, pos_att_type=["c2p", "p2c"], max_relative_positions=16)),
    "deberta-v3": text("DebertaV2Model", lambda: hf.DebertaV2Config(
        **SIZE, **TEXT, relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=16, norm_rel_ebd="layer_norm",
        share_att_key=True, position_biased_input=False, max_relative_positions=-1)),
    "distilbert": text("DistilBertModel", lambda: hf.DistilBertConfig(vocab_size=VOCABULARY, max_position_embeddings=64, dim=32, n_layers=4, n_heads=4, hidden_dim=64, **EAGER)),
    "electra": text("ElectraModel", lambda: hf.ElectraConfig(**BERT, embedding_size=16)),
    "esm": text("EsmModel", lambda: hf.EsmConfig(**BERT, mask_token_id=4, position_embedding_type="rotary"), add_pooling_layer=False),
    "funnel": text("FunnelBaseModel", lambda: hf.FunnelConfig(vocab_size=VOCABULARY, block_sizes=[2, 2], d_model=32, n_head=4, d_head=8, d_inner=64)),
    "gemma3": text("Gemma3TextModel", lambda: hf.Gemma3TextConfig(**LLAMA, sliding_window=8)),
    "gpt2": text("GPT2Model", lambda: hf.GPT2Config(vocab_size=320, n_positions=64, n_embd=32, n_layer=4, n_head=4, n_inner=64, use_cache=False, **EAGER), tokenizer=gpt2_tokenizer),
    "gpt_neo": text("GPTNeoModel", lambda: hf.GPTNeoConfig(vocab_size=320, max_position_embeddings=64, hidden_size=32, num_layers=4, num_heads=4, intermediate_size=64, attention_types=[[["global", "local"], 2]], window_size=8, use_cache=False, **EAGER), tokenizer=gpt2_tokenizer),
    "gpt_neox": text("GPTNeoXModel", lambda: hf.GPTNeoXConfig(**BERT, use_cache=False)),
    "llama": text("LlamaModel", lambda: hf.LlamaConfig(**LLAMA, use_cache=False)),
    "longformer": text("LongformerModel", lambda: hf.LongformerConfig(**SIZE, vocab_size=VOCABULARY, max_position_embeddings=80, attention_window=8, pad_token_id=0), add_pooling_layer=False),
    "mobilebert": text("MobileBertModel", lambda: hf.MobileBertConfig(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=4, num_attention_heads=4, intermediate_size=32, intra_bottleneck_size=16, embedding_size=16, max_position_embeddings=64), add_pooling_layer=False),
    "modernbert": text("ModernBertModel", lambda: hf.ModernBertConfig(**BERT, local_attention=8, global_attn_every_n_layers=2, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3)),
    "mpnet": text("MPNetModel", lambda: hf.MPNetConfig(**BERT), add_pooling_layer=False),
    "nomic-like": text("RoFormerModel", lambda: hf.RoFormerConfig(**SIZE, **TEXT, rotary_value=False)),
    "opt": text("OPTModel", lambda: hf.OPTConfig(vocab_size=VOCABULARY, max_position_embeddings=64, hidden_size=32, num_hidden_layers=4, num_attention_heads=4, ffn_dim=64, word_embed_proj_dim=32, use_cache=False, pad_token_id=0, **EAGER)),
    "qwen3": text("Qwen3Model", lambda: hf.Qwen3Config(**LLAMA, use_cache=False)),
    "roberta": text("RobertaModel", lambda: hf.RobertaConfig(**BERT), add_pooling_layer=False),
    "squeezebert": text("SqueezeBertModel", lambda: hf.SqueezeBertConfig(**SIZE, vocab_size=VOCABULARY, max_position_embeddings=64, embedding_size=32)),
    "t5-encoder": text("T5EncoderModel", lambda: hf.T5Config(vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=64, num_layers=4, num_heads=4)),
    "xlm-roberta": text("XLMRobertaModel", lambda: hf.XLMRobertaConfig(**BERT), add_pooling_layer=False),
    "xlnet": text("XLNetModel", lambda: hf.XLNetConfig(vocab_size=VOCABULARY, d_model=32, n_layer=4, n_head=4, d_inner=64, use_mems_eval=False), TYPES),
    "beit": vision("BeitModel", lambda: hf.BeitConfig(**SIZE, **VISION, **EAGER), add_pooling_layer=False),
    "clip-vision": vision("CLIPVisionModel", lambda: hf.CLIPVisionConfig(**SIZE, **VISION, **EAGER)),
    "convnext": vision("ConvNextModel", lambda: hf.ConvNextConfig(hidden_sizes=[16, 24, 32, 48], depths=[2, 2, 2, 2], image_size=64)),
    "deit-teacher": vision("DeiTForImageClassificationWithTeacher", lambda: hf.DeiTConfig(**SIZE, **VISION, **EAGER, num_labels=CLASSES), "logits"),
    "dinov2": vision("Dinov2Model", lambda: hf.Dinov2Config(hidden_size=32, num_hidden_layers=4, num_attention_heads=4, image_size=112, patch_size=16, **EAGER)),
    "dinov3-vit": vision("DINOv3ViTModel", lambda: hf.DINOv3ViTConfig(**SIZE, **VISION, **EAGER)),
    "levit-teacher": vision("LevitForImageClassificationWithTeacher", lambda: hf.LevitConfig(image_size=64, hidden_sizes=[32, 48, 64], num_attention_heads=[2, 2, 2], depths=[1, 1, 1], key_dim=[8, 8, 8], down_ops=[["Subsample", 8, 2, 4, 2, 2], ["Subsample", 8, 2, 4, 2, 2]], num_labels=CLASSES), "logits"),
    "mobilenet_v2": vision("MobileNetV2Model", lambda: hf.MobileNetV2Config(image_size=64, depth_multiplier=0.35)),
    "mobilevit": vision("MobileViTModel", lambda: hf.MobileViTConfig(image_size=64, hidden_sizes=[24, 32, 40], neck_hidden_sizes=[8, 8, 16, 24, 32, 40, 64], num_attention_heads=4)),
    "regnet": vision("RegNetModel", lambda: hf.RegNetConfig(embedding_size=16, hidden_sizes=[16, 24, 32, 48], depths=[1, 1, 2, 2], groups_width=8)),
    "resnet": vision("ResNetModel", lambda: hf.ResNetConfig(embedding_size=16, hidden_sizes=[16, 24, 32, 48], depths=[2, 2, 2, 2])),
    "segformer": vision("SegformerModel", lambda: hf.SegformerConfig(hidden_sizes=[16, 24, 32, 48], num_attention_heads=[1, 2, 4, 4], image_size=64)),
    "siglip-vision": vision("SiglipVisionModel", lambda: hf.SiglipVisionConfig(**SIZE, **VISION, **EAGER)),
    "swin": vision("SwinModel", lambda: hf.SwinConfig(image_size=64, embed_dim=16, depths=[2, 2, 2], num_heads=[2, 2, 4], window_size=4), add_pooling_layer=False),
    "vit": vision("ViTModel", lambda: hf.ViTConfig(**SIZE, **VISION, **EAGER), add_pooling_layer=False),
    "ast": audio("ASTModel", lambda: hf.ASTConfig(**SIZE, **EAGER, max_length=128, num_mel_bins=64), lambda: hf.ASTFeatureExtractor(max_length=128, num_mel_bins=64), size=20000),
    "data2vec-audio": audio("Data2VecAudioModel", lambda: sound("Data2VecAudioConfig", conv_pos_kernel_size=5, num_conv_pos_embeddings_=2), waveform),
    "hubert": audio("HubertModel", lambda: sound("HubertConfig"), waveform),
    "wav2vec2": audio("Wav2Vec2Model", lambda: sound("Wav2Vec2Config"), waveform),
    "wav2vec2-layer-norm": audio("Wav2Vec2Model", lambda: sound("Wav2Vec2Config", feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True), waveform),
    "wavlm": audio("WavLMModel", lambda: sound("WavLMConfig"), waveform),
    "whisper-encoder": audio("WhisperModel", lambda: hf.WhisperConfig(d_model=32, encoder_layers=4, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, num_mel_bins=80, max_source_positions=150, vocab_size=100, pad_token_id=0, bos_token_id=0, eos_token_id=0, decoder_start_token_id=0, begin_suppress_tokens=None, **EAGER), lambda: hf.WhisperFeatureExtractor(feature_size=80, chunk_length=3), name="input_features", part="encoder"),
}

NETWORKS: dict[str, Callable[[], Network]] = {
    **{f"tv/{name}": make for name, make in TORCHVISION.items()},
    **{f"timm/{name}": make for name, make in TIMM.items()},
    **{f"hf/{name}": make for name, make in TRANSFORMERS.items()},
}


class ByPlace(torch.nn.Module):
    """What an exporter wants: tensors by place, one tensor out."""

    def __init__(self, network: Network):
        super().__init__()
        self.network, self.names, self.output = network.module, network.names, network.output

    def forward(self, *given):
        if self.output is None:
            result = self.network(*given)
            return result[0] if isinstance(result, tuple) else result
        return self.network(**dict(zip(self.names, given)))[self.output]


def disturb(module: torch.nn.Module) -> None:
    """Moves every number a little, so that no two parameters are alike and none is a constant."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if not value.dtype.is_floating_point or value.numel() == 0:
                continue
            noise = torch.randn(value.shape, generator=generator)
            value.mul_(1 + 0.05 * noise.abs()) if "running_var" in name else value.add_(0.02 * noise)
