"""The fine-tuning process: one request, its progress, its result or the reason why there is none."""

import logging

import torch
import transformers

from generation.finetuning.recipe import FinetuneFailure, Reply, TrainingProgress, decode_request, encode
from generation.finetuning.training import finetune
from generation.inference.lifeline import Lifeline, take_lifeline
from generation.inference.loading import choose_device

logger = logging.getLogger(__name__)


def answer(lifeline: Lifeline, line: str) -> Reply:
    """Train as the request in ``line`` says, telling of each step; what goes wrong becomes a failure."""

    def tell(progress: TrainingProgress) -> None:
        lifeline.reply(encode(progress))

    try:
        return finetune(decode_request(line), device=choose_device(lifeline.device), on_progress=tell)
    except Exception as error:
        logger.exception("the fine-tune failed")
        return FinetuneFailure(f"{type(error).__name__}: {error}")


def main() -> None:
    """Answer the one request that this process was started for."""
    lifeline = take_lifeline()
    logging.basicConfig(level=logging.INFO)
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(lifeline.threads)
    lifeline.reply(encode(answer(lifeline, next(lifeline.requests))))


if __name__ == "__main__":
    main()
