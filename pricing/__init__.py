"""What Amazon SES and SNS cost: price catalog, metering rules, usage files, estimates.

Money and quantities are `decimal.Decimal` from the file to the report; there is no binary floating point here.
"""
