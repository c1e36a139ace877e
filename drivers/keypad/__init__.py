"""How a clerk's key reaches us."""
