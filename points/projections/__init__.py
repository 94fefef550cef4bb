"""Read models, filled from the log by one projector: what people ask for, never what is decided upon."""
