"""The rules of the plan: reading its goals, judging them, drawing them. Pure."""
