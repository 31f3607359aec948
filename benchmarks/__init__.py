"""Measurements: each against a bare counterpart in the same run, printed as a ratio."""
