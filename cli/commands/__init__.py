"""One module per subject; each has a `command` that `cli/main.py` finds by the subject's name."""
