"""The record: events, writer, codec, snapshots, audit tree, vault, and every table that cannot be rebuilt."""
