"""Signed QR codes: token, keys, image."""
