"""The audit floor: a Merkle tree over the log, signed checkpoints, verification and export.

Only bytes and numbers come in. Nothing here knows what an event means, so that an auditor's program in any
language can do the same with docs/audit.md beside it.
"""
