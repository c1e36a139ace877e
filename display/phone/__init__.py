"""A visitor's own phone as a pager: one page, one live line to it, and its word that it was seen."""
