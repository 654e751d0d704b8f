"""Rules of the economy's series: growth, seasonal adjustment, nowcast, exchange."""
