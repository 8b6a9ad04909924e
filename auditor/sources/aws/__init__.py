"""The live source: one AWS account, in the Regions that were asked for, read through boto3.

Only operations of the table in `operations` are ever sent, none of which changes anything. What cannot be read becomes
an `Unknown` with its cause, in the resources and in the coverage table; it never becomes an empty list.
"""
