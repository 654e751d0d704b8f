"""Reading goals, tasks and evaluations."""
