"""The one clean-up of outputs: after it, nothing but the wording tells one system from another."""

import re
import unicodedata

# ChatML and GPT style (<|endoftext|>, <|im_end|>), SentencePiece style (</s>, <pad>) and BERT style ([PAD]).
_SPECIAL_TOKEN = re.compile(
    r"<\|[A-Za-z0-9_.-]{1,40}\|>"
    r"|</?s>|<(?:pad|unk|bos|eos|mask|start_of_turn|end_of_turn)>"
    r"|\[(?:PAD|UNK|CLS|SEP|MASK|BOS|EOS)\]"
)
_LINE_END = re.compile(r"[\r\n]")
# Control and format characters (zero width and bidirectional ones are among these) and lone surrogates.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs"}


def clean_output(text: str) -> str:
    """The first line of `text` as composed Unicode (NFC), without special tokens and invisible characters.

    White space runs become one space, none at the ends. Cleaning twice is cleaning once.
    """
    while (cleaned := _clean_once(text)) != text:
        # Removing one thing can join the halves of another, so the pass is repeated until nothing changes.
        text = cleaned
    return text


def _clean_once(text: str) -> str:
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE_CATEGORIES
    )
    stripped = _SPECIAL_TOKEN.sub("", visible).strip()
    return " ".join(_LINE_END.split(stripped, maxsplit=1)[0].split())
