"""What can go wrong in an evaluation, beside what the library itself raises.

RagError
├── InputError
│   ├── CasesError           a case file that is malformed, or whose gold quotes are not in the corpus
│   └── ScorecardError       a scorecard, baseline or run folder that is missing or malformed
"""

from __future__ import annotations

from rag.errors import InputError


class CasesError(InputError):
    code = "invalid_cases"


class ScorecardError(InputError):
    code = "invalid_scorecard"
