"""Whom an Allow statement of a resource policy lets in, by requests that stand for all others.

`words` makes strings that stand for all that patterns match; `keys` says who can send a value of a condition key, and
`values` which values there are; `callers` tells the sorts of callers apart and `targets` actions and resources;
`scene` asks the statements about one value; `search` puts values together to the widest audience that gets in; `grade`
does that for one statement.
"""
