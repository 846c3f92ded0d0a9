"""Pure functions, one verb a file. They take values and return values: no I/O, no clock, no vendor type."""
