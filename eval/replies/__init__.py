"""Whether replies are right, supported and in time: cases with expectations that code can check.

`kefu eval replies` plays them against the whole agent; the scorers judge replies of any system.
"""
