"""What is not found is answered with what there is."""

import pytest

from generation.errors import NotFound
from generation.models import DecodingConfig, System
from generation.selectors.named import checkpoint_named, dataset_named, decoding_named, system_named

pytestmark = pytest.mark.django_db


def test_a_thing_is_found_by_its_name() -> None:
    system = System.objects.create(name="A")
    decoding = DecodingConfig.objects.create(name="greedy")
    assert system_named("A") == system
    assert decoding_named("greedy") == decoding


def test_the_names_there_are_are_listed_up_to_ten() -> None:
    for number in range(12):
        System.objects.create(name=f"S{number:02}")
    with pytest.raises(NotFound, match=r"no system named 'X'; choose one of 'S00', .*'S09', …\.$"):
        system_named("X")


def test_where_there_is_none_it_says_how_to_get_one() -> None:
    with pytest.raises(NotFound, match="none yet: import one with import_dataset"):
        dataset_named("X")
    with pytest.raises(NotFound, match="none yet: register one with register_checkpoint"):
        checkpoint_named("X")
