"""What the exchange costs, measured beside the plainest ways of doing the same thing.

Only ratios within one run mean anything on a shared machine, so every row of the table runs its target and
its baselines in turn, several rounds over, and `python -m bench` reports medians of the ratios in a round.
"""
