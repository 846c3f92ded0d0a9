"""One metric a file. Each says of one observation what it adds to the figure: so many of so many, or
nothing and why.
"""
