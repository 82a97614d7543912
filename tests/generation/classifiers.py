"""Tiny random classifiers' bases of each architecture, with a tokenizer that reads words, for tests."""

from pathlib import Path
from typing import Any

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [
    *SPECIAL,
    "a",
    "the",
    "film",
    "is",
    "good",
    "bad",
    "dull",
    "fine",
    "very",
    "not",
    "and",
    "plot",
    "it",
]
SIZES = {
    "vocab_size": 32,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 40,
    "initializer_range": 0.5,
}
CONFIGS: dict[str, dict[str, Any]] = {
    "bert": SIZES,
    "deberta-v2": SIZES
    | {
        "relative_attention": True,
        "position_buckets": 8,
        "pos_att_type": ["p2c", "c2p"],
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "position_biased_input": False,
        "type_vocab_size": 0,
    },
    "distilbert": {
        "vocab_size": 32,
        "dim": 16,
        "hidden_dim": 24,
        "n_layers": 2,
        "n_heads": 2,
        "max_position_embeddings": 40,
    },
    "gpt2": {"vocab_size": 32, "n_positions": 40, "n_embd": 16, "n_layer": 2, "n_head": 2},
    "llama": SIZES | {"tie_word_embeddings": True},
    "roberta": SIZES | {"type_vocab_size": 1},
}
SAVED_AS = {
    "bert": "BertModel",
    "deberta-v2": "DebertaV2ForMaskedLM",
    "distilbert": "DistilBertModel",
    "gpt2": "GPT2LMHeadModel",
    "llama": "LlamaForCausalLM",
    "roberta": "RobertaForMaskedLM",
}


def word_tokenizer() -> Any:
    """Words by white space; [CLS] before a text, [SEP] behind each of two."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, "[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]", eos_token="[SEP]"
    )


def save_base(model_type: str, folder: Path, *, architecture: str | None = None) -> Path:
    """A random network as pretraining leaves it (or of the class `architecture`), with its tokenizer."""
    import torch
    import transformers

    from generation.finetuning.saving import save_tokenizer

    torch.manual_seed(3)
    config = transformers.AutoConfig.for_model(model_type, pad_token_id=0, **CONFIGS[model_type])
    network = getattr(transformers, architecture or SAVED_AS[model_type])(config)
    folder.mkdir(exist_ok=True)
    network.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_tokenizer(word_tokenizer(), folder)
    return folder
