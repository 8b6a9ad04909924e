"""Policies as sets of requests: products of principals, actions, resources and condition keys."""
