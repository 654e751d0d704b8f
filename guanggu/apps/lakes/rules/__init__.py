"""Domain rules of lakes, pure: words, basins and volumes, quality, forecasts, patrols, tracing."""
