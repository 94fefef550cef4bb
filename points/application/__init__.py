"""Use cases, one module a subject: load, decide, save."""
