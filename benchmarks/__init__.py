"""Ratios to peers and to the limit, measured in one run. `python -m benchmarks` prints them all."""
