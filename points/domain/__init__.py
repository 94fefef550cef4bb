"""The rules: aggregates, their events, values and errors. Knows no database, no clock, no wire."""
