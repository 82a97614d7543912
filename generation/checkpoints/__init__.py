"""What a checkpoint may hold, read without running any of it; and the store of its files. Pure."""
