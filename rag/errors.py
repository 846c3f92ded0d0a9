"""Everything that can go wrong, as one family.

    RagError                     code "error"
    ├── InputError               the person can mend it: question, file, setting
    │   ├── QuestionError        empty or too long a question
    │   ├── SourceError          a file that cannot be read as a report
    │   ├── UploadTooLarge       more bytes or files at once than are taken
    │   ├── BackupError          a file that is no whole backup, or a place that cannot take one
    │   └── SettingsError        an unknown or malformed setting
    ├── NotFound                 an id that the store does not hold
    ├── DataFolderError          the data folder is busy, full, foreign or damaged
    │   ├── DataFolderBusy       another process works in it
    │   ├── DiskFull             there is no room to write (retryable)
    │   ├── ServerUnreachable    the database or the Chroma server does not answer (retryable)
    │   └── IndexMismatch        the index was filled by another embedder
    ├── ModelError               weights: missing, damaged, not downloadable
    │   ├── ModelMissing
    │   ├── ModelDamaged
    │   ├── DownloadFailed       (retryable)
    │   └── EmbeddingFailed      the embeddings endpoint did not answer (retryable)
    └── ChatError                the language model did not answer (retryable)
        └── ChatTimeout          it did not answer in time

A refusal ("the reports do not say") is not an error: it is a value, `domain.Refusal`.

Each class has a stable `code`, used in HTTP problems and logs, and says whether the same call may
succeed when repeated. The message is one sentence for a person that says what to do.
"""


class RagError(Exception):
    """Root of the family. `str(error)` is one sentence for a person."""

    code = "error"
    retryable = False


class InputError(RagError):
    code = "invalid_input"


class QuestionError(InputError):
    code = "invalid_question"


class SourceError(InputError):
    code = "unreadable_source"


class UploadTooLarge(InputError):
    code = "too_large"


class BackupError(InputError):
    code = "backup"


class SettingsError(InputError):
    code = "invalid_setting"


class NotFound(RagError):
    code = "not_found"


class DataFolderError(RagError):
    code = "data_folder"


class DataFolderBusy(DataFolderError):
    code = "data_folder_busy"
    retryable = True


class DiskFull(DataFolderError):
    code = "disk_full"
    retryable = True


class ServerUnreachable(DataFolderError):
    code = "server_unreachable"
    retryable = True


class IndexMismatch(DataFolderError):
    code = "index_mismatch"


class ModelError(RagError):
    code = "model"


class ModelMissing(ModelError):
    code = "model_missing"


class ModelDamaged(ModelError):
    code = "model_damaged"


class DownloadFailed(ModelError):
    code = "download_failed"
    retryable = True


class EmbeddingFailed(ModelError):
    code = "embedding_failed"
    retryable = True


class ChatError(RagError):
    code = "chat_failed"
    retryable = True


class ChatTimeout(ChatError):
    code = "chat_timeout"
