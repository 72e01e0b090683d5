"""Small tokenizers of the kinds that the families have, trained on a few sentences."""

import tokenizers
import transformers as hf

TEXTS = ["my order never came", "How do I change my e-mail address?", "Thanks!"]
CORPUS = [
    *TEXTS,
    "The page says it is taken, but it is mine.", "that worked at once", "please send the parcel again",
    "I would like my money back", "where can I read the terms of the account", "the app closes when I open it",
]


def trained(model, trainer, pre_tokenizer, normalizer=None, processor=None, decoder=None) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(CORPUS, trainer)
    if processor is not None:
        tokenizer.post_processor = processor(tokenizer)
    if decoder is not None:
        tokenizer.decoder = decoder
    return tokenizer


def template(single: str, *special: str):
    return lambda tokenizer: tokenizers.processors.TemplateProcessing(
        single=single, special_tokens=[(token, tokenizer.token_to_id(token)) for token in special])


def word_piece() -> hf.PreTrainedTokenizerFast:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = tokenizers.trainers.WordPieceTrainer(vocab_size=160, special_tokens=special, show_progress=False)
    tokenizer = trained(
        tokenizers.models.WordPiece(unk_token="[UNK]"), trainer, tokenizers.pre_tokenizers.BertPreTokenizer(),
        tokenizers.normalizers.BertNormalizer(lowercase=True), template("[CLS] $A [SEP]", "[CLS]", "[SEP]"))
    return hf.BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=512)


def byte_pairs(special: list[str], processor=None) -> tokenizers.Tokenizer:
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320, special_tokens=special, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    return trained(
        tokenizers.models.BPE(), trainer, tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
        processor=processor, decoder=tokenizers.decoders.ByteLevel())


def roberta_tokenizer() -> hf.PreTrainedTokenizerFast:
    def processor(tokenizer):
        return tokenizers.processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0), add_prefix_space=False)

    return hf.RobertaTokenizerFast(tokenizer_object=byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], processor), model_max_length=512)


def gpt2_tokenizer() -> hf.PreTrainedTokenizerFast:
    return hf.GPT2TokenizerFast(tokenizer_object=byte_pairs(["<|endoftext|>"]), model_max_length=1024)


def pieces(special: list[str], single: str, ends: list[str]) -> tokenizers.Tokenizer:
    trainer = tokenizers.trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>", show_progress=False)
    return trained(
        tokenizers.models.Unigram(), trainer, tokenizers.pre_tokenizers.Metaspace(), processor=template(single, *ends),
        decoder=tokenizers.decoders.Metaspace())


def t5_tokenizer() -> hf.PreTrainedTokenizerFast:
    return hf.T5TokenizerFast(
        tokenizer_object=pieces(["<pad>", "</s>", "<unk>"], "$A </s>", ["</s>"]), extra_ids=0, model_max_length=512)


def xlnet_tokenizer() -> hf.PreTrainedTokenizerFast:
    special = ["<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>"]
    # The last token, which the head reads, is of a segment of its own.
    return hf.XLNetTokenizerFast(tokenizer_object=pieces(special, "$A:0 <sep>:0 <cls>:2", ["<sep>", "<cls>"]))
