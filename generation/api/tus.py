"""Files of checkpoints by tus 1.0 (https://tus.io/protocols/resumable-upload), with the extensions creation,
checksum, expiration and termination. A refusal is one sentence of plain text.
"""

import base64
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.parsers import FileUploadParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from evalsite.api_access import IsAdmin
from evalsite.api_limits import CountedTokens
from generation.errors import UploadRefused
from generation.models import Upload, UploadedFile
from generation.services.upload_writing import (
    ALGORITHMS,
    Checksum,
    ChecksumMismatch,
    OffsetConflict,
    UploadBusy,
    append,
)
from generation.services.uploads import DiskFull, TooLarge, UploadLimits, announce_file, drop_file

VERSION = "1.0.0"
CHUNK_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460  # as the extension has it
STATUS = {
    OffsetConflict: 409,
    TooLarge: 413,
    UploadBusy: 423,
    ChecksumMismatch: CHECKSUM_MISMATCH,
    DiskFull: 507,
}


class TusView(APIView):
    """What every answer of the protocol has: its version, no caching, refusals as plain text."""

    authentication_classes = [CountedTokens, SessionAuthentication]
    permission_classes = [IsAdmin]
    parser_classes = [FileUploadParser]  # never asked: bodies are read as they come

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, UploadRefused):
            status = next((code for kind, code in STATUS.items() if isinstance(exc, kind)), 400)
            return cast("Response", plain(str(exc), status))
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Tus-Resumable"] = final["Tus-Version"] = VERSION
        final["Cache-Control"] = "no-store"
        return final


class WrongVersion(APIException):
    """The client speaks another version of the protocol."""

    status_code = 412
    default_detail = f"Tus-Resumable is not {VERSION}, the version that this server speaks."


@extend_schema(exclude=True)
class UploadFiles(TusView):
    """The files of one upload: what the server can do, and the creation of a file."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "OPTIONS":
            APIView.initial(self, request, *args, **kwargs)
        else:
            super().initial(request, *args, **kwargs)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return HttpResponse(
            status=204,
            headers={
                "Tus-Extension": "creation,checksum,expiration,termination",
                "Tus-Max-Size": str(UploadLimits.current().file_bytes),
                "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            },
        )

    def post(self, request: Request, upload: int) -> HttpResponse:
        """Announce a file: Upload-Length, and its name as `filename` in Upload-Metadata."""
        owned = get_object_or_404(Upload, pk=upload, owner=cast("User", request.user))
        file = announce_file(
            upload=owned,
            name=_file_name(request.headers.get("Upload-Metadata", "")),
            length=_whole(request, "Upload-Length"),
        )
        place = reverse("generation:uploaded_file", args=[file.token], request=request)
        return HttpResponse(status=201, headers={"Location": place, **_state(file)})


@extend_schema(exclude=True)
class UploadedFileView(TusView):
    """One file: how far it is, the next chunk of it, and taking it back."""

    def head(self, request: Request, token: str) -> HttpResponse:
        file = _file(request, token)
        return HttpResponse(headers={**_state(file), "Upload-Length": str(file.length)})

    def patch(self, request: Request, token: str) -> HttpResponse:
        """Append a chunk; its Content-Length, where there is one, may not go past the announced end."""
        file = _file(request, token)
        if request.content_type != CHUNK_TYPE:
            return plain(f"Content-Type is {request.content_type!r}; it has to be {CHUNK_TYPE}.", 415)
        offset = _whole(request, "Upload-Offset")
        announced = request.headers.get("Content-Length", "")
        if announced.isdecimal() and offset + int(announced) > file.length:
            raise TooLarge(f"The chunk goes past the {file.length:,} bytes that {file.name} has.")
        stated = request.headers.get("Upload-Checksum")
        stream: HttpRequest = request._request  # noqa: SLF001 - DRF's own way to the unparsed body
        file.offset = append(
            file=file,
            offset=offset,
            read=stream.read,
            checksum=Checksum.parse(stated) if stated else None,
        )
        return HttpResponse(status=204, headers=_state(file))

    def delete(self, request: Request, token: str) -> HttpResponse:
        drop_file(file=_file(request, token))
        return HttpResponse(status=204)


def plain(sentence: str, status: int) -> HttpResponse:
    """A refusal as the tus clients show it."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _file(request: Request, token: str) -> UploadedFile:
    file = (
        UploadedFile.objects.select_related("upload__owner")
        .filter(token=token, upload__owner=cast("User", request.user))
        .first()
    )
    if file is None:
        raise Http404("There is no such file.")
    return file


def _state(file: UploadedFile) -> dict[str, str]:
    return {
        "Upload-Offset": str(file.offset),
        "Upload-Expires": http_date(file.upload.expires_at.timestamp()),
    }


def _whole(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise UploadRefused(f"{header} is {text[:40]!r}; it has to be a whole number of bytes.")
    return int(text)


def _file_name(metadata: str) -> str:
    """The name in an Upload-Metadata header: pairs of key and base64 text, separated by commas."""
    for pair in metadata.split(","):
        key, _, encoded = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(encoded, validate=True).decode("utf-8")
            except ValueError as error:  # not base64, not even ASCII, or not UTF-8 behind it
                raise UploadRefused(
                    f"Upload-Metadata: filename {encoded[:80]!r} is not base64 of UTF-8."
                ) from error
    raise UploadRefused("Upload-Metadata has no filename; say which file this is.")
