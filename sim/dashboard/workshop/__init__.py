"""The workshop: what thirty people in a room expect, propose and doubt, kept as it happens.

`store` is its file, `rooms` the workshops that are open, `join` the page on the participants'
phones, `spread` their expectations beside the model's answer, `protocol` what remains of it.
"""
