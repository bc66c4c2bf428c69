"""Our model beside others: a file a peer, each in an environment of its own.

What a peer computes, and what it leaves out, stands at the head of its file and in the table. Three
compute the whole month with the same draws and the same bits: our model, its plain-Mesa twin, and
vectorised NumPy. The others compute the nearest comparable work, the **reduced month** of
`peer.py`, with rates handed over from our solved tables and each library's own random numbers:

* every resident ages; dies (by year of age, sex, care grade, nursing home); moves away; women give
  birth; mobility; the care grade rises or falls by one; loneliness (by sex, age, partner, nursing
  home); withdrawal; volunteering (by age, education, grade); a visit to the meeting point one knows
  (by age, grade, habit, withdrawal, loneliness, a distance fixed at the start); the habit;
* newcomers, as many as in our model in expectation, are copies of residents of the start;
* eight totals are counted by district.

It has none of what makes residents depend on each other: no ties, bereavement, moving together,
family care, burden, services, queues, nursing-home places, word of mouth, seats, neighbourly help,
costs; no measures; effects of loneliness and volunteering on death and care need are left out; no
acquaintances. That is less than half of our month.

So ours is measured twice: the whole month, and the stages that resemble the reduced one
(`ours_reduced.py`), which is the nearest comparable work.
"""
