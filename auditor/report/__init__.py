"""Reports: one module per format, and what all of them need to write safely."""
