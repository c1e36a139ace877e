"""How a window's sign is spoken to."""
