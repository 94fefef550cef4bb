"""Routes, one module a subject: parse, call one use case, render."""
