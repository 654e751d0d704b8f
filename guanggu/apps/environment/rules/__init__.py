"""Domain rules of the environment, pure: words, emissions, judgements, statistics."""
