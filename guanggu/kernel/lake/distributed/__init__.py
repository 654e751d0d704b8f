"""The lake's questions on more machines than one: the same expressions over the same Parquet."""
