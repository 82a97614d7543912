"""Making a full or LoRA checkpoint from a base and a corpus, and recording what it cost. Knows no Django."""
