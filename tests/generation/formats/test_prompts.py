"""A task's prompt: E2E's frame for its facts alone."""

from generation.formats.e2e import prompt_for
from generation.formats.prompts import prompt_of


def test_facts_get_their_frame_and_inputs_of_ones_own_stay_as_they_are() -> None:
    assert prompt_of("e2e", "name[A]") == prompt_for("name[A]")
    assert prompt_of("generation", "Translate: chat") == "Translate: chat"
