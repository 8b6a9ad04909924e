"""Least privilege: what is granted and could be less, and a smaller policy that is proven to be one."""
