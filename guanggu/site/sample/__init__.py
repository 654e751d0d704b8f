"""The sample district: all of it invented, seeded, and marked as sample in every row.

``guanggu sample`` loads it in phases, each in a transaction of its own with an event that says it
is done: what was cut off is finished by running it again, and a loaded district is left alone.
"""

SEED = 2017
PASSWORD = "Guanggu-2026"  # of every sample account, printed with the sign-ins
