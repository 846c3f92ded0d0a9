"""How a kind of question is answered, one file a kind:
what code finds, computes and proves, and what it refuses.
"""
