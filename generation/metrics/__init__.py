"""Automatic measures of outputs, each with the signature that reproduces it: pure, without the database."""
