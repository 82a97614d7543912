"""Running systems: the separate process that loads checkpoints and writes texts. Knows no Django."""
