"""Seeded, balanced plans: which items are drawn, who sees them, in which order and on which side."""
