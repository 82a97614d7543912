"""The inference process with faults that a prompt asks for: dies at POISON, dawdles at SLOW."""

import os
import signal
import time
from typing import Any

from generation.inference import worker

write_texts = worker.write_texts


def write_or_fail(system: Any, prompts: Any, *args: Any, **options: Any) -> Any:
    """Texts as ever, unless a prompt names a fault."""
    if any("POISON" in prompt.text for prompt in prompts):
        os.kill(os.getpid(), signal.SIGKILL)
    for batch in write_texts(system, prompts, *args, **options):
        yield batch
        while any("SLOW" in prompt.text for prompt in prompts):
            options["on_token"]()
            time.sleep(0.1)


if __name__ == "__main__":
    worker.write_texts = write_or_fail
    worker.main()
