"""Metering rules: from quantities that people know (messages, bytes) to units that AWS bills (requests, chunks, GB).

One module per service, one function per meter. The id of a meter is the name of its quantity in the usage file.
"""
