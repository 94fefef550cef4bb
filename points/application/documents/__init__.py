"""Papers: PDF documents that look the same wherever they are opened, and byte for byte when made again."""

from points.application.documents.paper import Column, Paper, Words

__all__ = ["Column", "Paper", "Words"]
