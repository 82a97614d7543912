"""How near outputs come to human references: BLEU and chrF as sacrebleu computes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True)
class TextScore:
    """A corpus score from 0 to 100, sacrebleu's signature that reproduces it, and the number of outputs."""

    name: str
    value: float
    signature: str
    n: int


def bleu(outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool) -> TextScore:
    """Corpus BLEU (Papineni et al. 2002) against all references of each output, however many it has.

    Tokenised and signed by sacrebleu (Post 2018). `references[i]` belongs to `outputs[i]`. Raises ValueError
    where the two do not match in number, where there is no output, or where an output has no reference.
    """
    return _score("BLEU", BLEU(lowercase=lowercase), outputs, references)


def chrf(outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool) -> TextScore:
    """Corpus chrF2 (Popović 2015: character 6-grams, no word n-grams); arguments and errors as for `bleu`."""
    return _score("chrF2", CHRF(lowercase=lowercase), outputs, references)


def _score(
    name: str, metric: BLEU | CHRF, outputs: Sequence[str], references: Sequence[Sequence[str]]
) -> TextScore:
    if len(outputs) != len(references):
        raise ValueError(
            f"there are {len(outputs)} outputs but references for {len(references)}; give one list for each"
        )
    if not outputs:
        raise ValueError("there is no output to score; give at least one")
    for position, texts in enumerate(references):
        if not texts:
            raise ValueError(f"output {position} has no reference; leave it out or add one")
    # sacrebleu documents None for a reference that is not there; its annotation leaves it out.
    score = metric.corpus_score(list(outputs), _streams(references))  # type: ignore[arg-type]
    return TextScore(name, float(score.score), str(metric.get_signature()), len(outputs))


def _streams(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """References as sacrebleu wants them: the first of every output, the second of every output, and so on.

    None stands where an output has fewer; sacrebleu skips it, an empty text it would count as a reference.
    """
    width = max(len(texts) for texts in references)
    return [
        [texts[number] if number < len(texts) else None for texts in references] for number in range(width)
    ]
