"""Sentences for people, in zh-Hans, zh-Hant and en."""
