"""Writes multilingual-e5-small as an ordinary sentence-transformers folder.

The model is a BERT encoder with the XLM-RoBERTa vocabulary, mean pooling and unit length. The 4-bit file has
no pooler, which mean pooling does not need: the folder then says that the encoder is built without one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TypeAlias

from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from rag.models import e5_file
from rag.models.e5_file import Shape, Vocabulary

Json: TypeAlias = dict[str, object]

DIMENSIONS = 384
LONGEST_INPUT = 512  # tokens
METASPACE = "▁"


def unpack(source: Path, folder: Path) -> None:
    """Write the folder of the `E5S1` file `source` into the empty `folder`.

    Raises ModelDamaged when the file does not follow the layout, OSError when the disk refuses.
    """
    encoder = e5_file.read(source)
    weights = folder / "model.safetensors"
    try:
        save_file(encoder.tensors, weights, metadata={"format": "pt"})
    except SafetensorError as exc:
        code = re.search(r"os error (\d+)", str(exc))
        raise OSError(int(code[1]) if code else 0, str(exc)) from exc
    weights.chmod(0o644)  # the library makes it private, but a cache may be shared
    tokenizer = _tokenizer(encoder.vocabulary).to_str()
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    _write_json(folder / "config.json", _encoder_config(encoder.shape, encoder.vocabulary))
    write_settings(folder, without_pooler=True)


def write_settings(folder: Path, *, without_pooler: bool) -> None:
    """Write what makes a folder of weights and tokenizer an E5 model of sentence-transformers.

    E5 is trained with mean pooling, unit length, and the prefixes `query: ` and `passage: `
    (Wang et al. 2024, Multilingual E5 Text Embeddings). `without_pooler`: the weights have no BERT pooler.
    """
    module = "sentence_transformers.models."
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
    )
    transformer: Json = {"max_seq_length": LONGEST_INPUT, "do_lower_case": False}
    if without_pooler:
        transformer["model_args"] = {"add_pooling_layer": False}
    _write_json(folder / "sentence_bert_config.json", transformer)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": DIMENSIONS, "pooling_mode_mean_tokens": True},
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    special = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "cls_token": "<s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
    _write_json(folder / "special_tokens_map.json", special)
    tokenizer: Json = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": LONGEST_INPUT,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
    }
    _write_json(folder / "tokenizer_config.json", {**tokenizer, **special})


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=METASPACE, prepend_scheme="always")
    special = [("<s>", vocabulary.begin), ("</s>", vocabulary.end)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=special
    )
    names = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in names])
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    """The characters that SentencePiece's `nmt_nfkc` rule changes: NFKC, and what it does beyond NFKC.

    Line ends, zero-width characters and the byte order mark become a space, control characters vanish, and
    the full-width tilde of ranges (5%～6%) stays as it is: it passes NFKC as a character that no text uses.
    """
    tilde, stand_in = "～", "\U0010fffd"
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex("[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.Replace(Regex("[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(tilde, stand_in),
            normalizers.NFKC(),
            normalizers.Replace(stand_in, tilde),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )


def _encoder_config(shape: Shape, vocabulary: Vocabulary) -> Json:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "position_embedding_type": "absolute",
        "pad_token_id": vocabulary.padding,
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
