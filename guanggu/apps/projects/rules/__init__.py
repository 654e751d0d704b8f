"""Pure rules of projects: stages, investment, warnings, positions, photos."""
