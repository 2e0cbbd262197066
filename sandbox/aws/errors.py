"""What the sandbox's AWS refuses, in AWS's own codes and words."""


class AwsError(Exception):
    """An error as the service would answer it.

    Attributes:
        code: The error code clients branch on.
        message: The sentence beside it.
        status: HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
