"""LoRA adapters on a base that stays in memory: put on once, then switched on and off."""

from pathlib import Path
from typing import Any

from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from safetensors.torch import load_file

from generation.inference.errors import UnsupportedCheckpoint

ADAPTER_WEIGHTS = "adapter_model.safetensors"


class AdaptedBase:
    """One network and the adapters put on it so far; at most one of them acts at a time."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self._peft: Any = None

    def use(self, name: str | None, folder: Path | None = None) -> None:
        """Let the adapter ``name`` act, read from ``folder`` when it is new; None lets the base act alone.

        Raises UnsupportedCheckpoint when the folder's weights are not LoRA weights that fit this network.
        """
        if name is None:
            if self._peft is not None:
                self._peft.base_model.disable_adapter_layers()
            return
        if self._peft is None or name not in self._peft.peft_config:
            if folder is None:
                raise ValueError(f"adapter {name} was never read, and no folder was given")
            self._put_on(name, folder)
        self._peft.base_model.enable_adapter_layers()
        self._peft.set_adapter(name)

    def _put_on(self, name: str, folder: Path) -> None:
        config: Any = LoraConfig.from_pretrained(str(folder), local_files_only=True)
        if not isinstance(config, LoraConfig) or not (folder / ADAPTER_WEIGHTS).is_file():
            raise UnsupportedCheckpoint(f"{folder} is not a LoRA adapter with its {ADAPTER_WEIGHTS}")
        config.inference_mode = True
        # The caller binds adapter and base; what the adapter says of its base would only be warned about.
        config.base_model_name_or_path = None
        weights = load_file(folder / ADAPTER_WEIGHTS)
        try:
            if self._peft is None:
                self._peft = get_peft_model(self.network, config, adapter_name=name)
            else:
                self._peft.add_adapter(name, config)
            loaded: Any = set_peft_model_state_dict(self._peft, weights, adapter_name=name)
        except (ValueError, RuntimeError) as error:
            self._take_off(name)
            raise UnsupportedCheckpoint(f"the adapter {folder} does not fit its base: {error}") from error
        strangers = [key for key in loaded.missing_keys if f".{name}." in key] + loaded.unexpected_keys
        if strangers:
            self._take_off(name)
            raise UnsupportedCheckpoint(f"the adapter {folder} does not fit its base: {strangers[:3]}")
        self._peft.eval()

    def _take_off(self, name: str) -> None:
        if self._peft is not None and name in self._peft.peft_config:
            self._peft.delete_adapter(name)
