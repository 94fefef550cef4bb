"""The peers: each does the operation its own best straightforward way, behind the port of `bench.port`."""
