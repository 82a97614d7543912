"""The one form of a protocol that is hashed and handed out."""

import json
from typing import Any


def protocol_bytes(protocol: dict[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces."""
    return json.dumps(protocol, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
