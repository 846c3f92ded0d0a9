"""Model weights: which there are, where they come from, and where they lie on this machine.

`catalogue` names them, `pull` fetches one, `cache` finds and verifies it. Nothing here loads a model.
"""
