"""An inference process that waits where a GPU would compute: one text a prompt after BATCH_SECONDS a request.

It says in a file beside the log which prompts it was asked for, so that work done twice can be counted.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generation.inference.lifeline import take_lifeline
from generation.inference.protocol import (
    Finished,
    GeneratedText,
    Outputs,
    Progress,
    Ready,
    decode_request,
    encode,
)

ASKED = "asked.txt"


def main() -> None:
    lifeline = take_lifeline()
    # The environment is scrubbed, so what the bench has to say comes as the name of the device.
    seconds, folder = lifeline.device.split(":", 1)
    lifeline.reply(encode(Ready(os.getpid(), f"waits {seconds} s", "float32", {})))
    for line in lifeline.requests:
        request = decode_request(line)
        lifeline.reply(encode(Progress(request.request, 0, len(request.prompts), 0, 0.0)))
        time.sleep(float(seconds))
        with (Path(folder) / ASKED).open("a") as asked:
            asked.write("".join(f"{prompt.id}\n" for prompt in request.prompts))
        texts = tuple(
            GeneratedText(prompt.id, "A pub by the river.", tokens=6, finished=True)
            for prompt in request.prompts
        )
        lifeline.reply(encode(Outputs(request.request, texts, 6 * len(texts), float(seconds))))
        lifeline.reply(encode(Finished(request.request)))


if __name__ == "__main__":
    main()
