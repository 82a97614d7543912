"""A system is one condition under one name."""

import pytest

from generation.errors import NameTaken, SystemRefused
from generation.models import Checkpoint, System
from generation.services.runs import GREEDY, LORA_PAPER_E2E, decoding_presets
from generation.services.systems import create_system, ensure_system


def test_asking_twice_changes_nothing(base: Checkpoint) -> None:
    greedy = decoding_presets()[GREEDY]
    system = create_system(name="A", checkpoint=base, decoding=greedy)
    assert create_system(name="A", checkpoint=base, decoding=greedy) == system
    assert System.objects.count() == 1


def test_one_name_for_one_condition(base: Checkpoint) -> None:
    presets = decoding_presets()
    create_system(name="A", checkpoint=base, decoding=presets[GREEDY])
    with pytest.raises(NameTaken, match="a system named 'A' already, for another condition"):
        create_system(name="A", checkpoint=base, decoding=presets[LORA_PAPER_E2E])
    with pytest.raises(SystemRefused, match=r"'tiny' with decoding 'greedy' is system 'A' already"):
        create_system(name="B", checkpoint=base, decoding=presets[GREEDY])
    with pytest.raises(SystemRefused, match="needs a name"):
        create_system(name=" ", checkpoint=base, decoding=presets[LORA_PAPER_E2E])
    assert System.objects.count() == 1


def test_a_system_is_named_after_its_checkpoint(base: Checkpoint) -> None:
    greedy = ensure_system(checkpoint=base)
    beam = ensure_system(checkpoint=base, decoding=decoding_presets()[LORA_PAPER_E2E])
    assert (greedy.name, beam.name) == ("tiny", f"tiny, {LORA_PAPER_E2E}")
    assert ensure_system(checkpoint=base) == greedy
