"""Pages for people: server-rendered, each usable without script, on the same use cases as everything else."""
