"""What lies in a data folder, by name, beside the indexes (`generations`)."""

from __future__ import annotations

DATABASE = "wenbao.db"
ORIGINALS = "originals"
"""A folder: the files of the sources as they came."""
UPLOADS = "uploads"
"""A folder: what was uploaded and is not ingested yet, a folder for each job."""
