"""Pages over all that is sensed, whichever app it belongs to: alarms, review, what arrived."""
