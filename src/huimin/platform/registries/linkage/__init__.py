"""Which records speak of the same person or organisation: a pure function of the current records and a pinned model.

First the anchors: records whose own valid number the row itself does not contradict. Then the strays (no number, a
damaged or masked one, or
somebody else's): each is compared with the people that share a block with it and joins the best one if the evidence is enough and
the second best is clearly behind. What cannot be decided stays unresolved. Nothing depends on the order of arrival.
"""
