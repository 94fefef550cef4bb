"""Read models: pulled from the log, droppable at any time."""
