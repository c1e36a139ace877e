"""Kiosks that lose the caller, and come back."""
