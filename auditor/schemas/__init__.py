"""JSON Schemas of every file that this tool writes, or that people write for it: ``<name>.json`` beside this module."""
