"""The stages of a month: rules mapped over the table of residents.

Within a stage a resident writes to the own row only and reads of others only what earlier stages
have finished, so that neither the order of rows nor the number of threads can change anything.
Stages that share out something scarce (seats, hours, places) run in one thread, in the order of
keys that are random draws, not rows.
"""
