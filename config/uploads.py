"""How files come in: in memory only, so that nothing that somebody sends lies on the server's disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

FAR_TOO_LARGE = 4
"""So many times the limit is not even listened to."""


class InMemory(MemoryFileUploadHandler):
    """Takes files of at most FILE_UPLOAD_MAX_MEMORY_SIZE together.

    A form that carries more comes without them, and its request says so (`sent_too_much`), for a page to say it
    kindly. What is larger than any mistake is answered with 400 at once.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > FAR_TOO_LARGE * settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("More was sent than any form here takes.")
        self.activated = True
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            self.request.sent_too_much = True  # type: ignore[union-attr]
            raise StopUpload  # The rest is read and thrown away, or the browser would show no answer.
        super().receive_data_chunk(raw_data, start)
