"""Measures the line from question to answer on a set of cases, and says why each failure failed.

It calls the library as any program would and never the service. What it scores it recounts itself: figures
and pointers come from the corpus files, not from the answer's own word.
"""
