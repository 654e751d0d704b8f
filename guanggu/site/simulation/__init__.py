"""An invented district for the sensors: weather, series, faults, and devices that send them."""
