"""问报 · wenbao: answers over Chinese government work reports, each statement citing the exact characters."""

__version__ = "0.1.0"
