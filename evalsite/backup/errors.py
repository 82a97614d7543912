"""What a person who saves or restores has to be told."""


class BackupInvalid(Exception):  # noqa: N818 - names what is wrong
    """The file is no backup, is damaged, or does not fit this database; the message says what to do."""
