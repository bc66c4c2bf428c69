"""From figures to the assumptions they allow: history matching, then ABC, then the posterior.

`figures` says what is fitted and how far the model may be from it; `emulator` stands in for the
model where it would take too long; `waves` rules out what cannot be; `accept` draws from what is
left and lets the model itself decide; `posterior` writes the accepted draws down.
"""
