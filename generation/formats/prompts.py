"""What a system is given for an example of a task: the same text for training and for runs."""

from generation.formats.e2e import prompt_for
from generation.formats.readers import E2E


def prompt_of(task: str, source: str) -> str:
    """The prompt for an input: E2E's facts in a frame of words, an input of one's own as it stands."""
    return prompt_for(source) if task == E2E else source
