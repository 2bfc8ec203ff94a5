class EmbeddedError(RuntimeError):
    """Says to a developer why there is no database, and what to do."""
