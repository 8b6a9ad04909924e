"""Prices with their provenance: the data model, the lookup, and the generator of the data files."""
