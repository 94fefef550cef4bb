"""Where logs go: one JSON object a line on stderr, so that stdout stays a command's own answer."""

from __future__ import annotations

import logging
import sys

import structlog


def to_stderr(least: int = logging.INFO) -> None:
    """Set the process's structured log up. Messages below `least` are dropped."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
