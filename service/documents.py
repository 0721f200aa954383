"""The authors' endpoint: documents, their revisions, checks, publications and gaps.

Off until `KEFU_AUTHOR_TOKEN` is set; then every request needs it as a bearer token.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Annotated, Any

from litestar import Controller, delete, get, post, put
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, JSONBody, Parameter, SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from service.authors import Authors
from service.documents_schema import (
    CheckOrder,
    CheckView,
    DiffView,
    DocumentText,
    DocumentView,
    GapView,
    NewFile,
    NewText,
    PublicationView,
    PublishOrder,
    PublishView,
    Removal,
    RevisionView,
    RollbackOrder,
    gap_view,
    publication_view,
    revision_view,
)

Desk = SkipValidation[NamedDependency[Authors]]
LARGEST_DOCUMENT = 40 * 1024 * 1024
_TAG = "documents"


def needs_author(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every route here."""
    authors: Authors = connection.app.state.authors
    expected = authors.token
    if not expected:
        raise NotFoundException("the authors' endpoint is off; set KEFU_AUTHOR_TOKEN to switch it on")
    scheme, _space, given = connection.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected.encode())
    if scheme.lower() != "bearer" or not same:
        raise NotAuthorizedException(
            "authors need the bearer token of KEFU_AUTHOR_TOKEN", headers={"WWW-Authenticate": "Bearer"}
        )


class Documents(Controller):
    path = "/v1/documents"
    tags = (_TAG,)
    guards = (needs_author,)

    @get(summary="All documents with what is published and what is drafted", sync_to_thread=True)
    def overview(self, authors: Desk) -> list[DocumentView]:
        return [
            DocumentView(
                each.document, each.title, [revision_view(r) for r in each.published],
                revision_view(each.draft) if each.draft else None,
            )
            for each in authors.authoring.overview()
        ]  # fmt: skip

    @get("/{document:str}", summary="A document's newest text and its history", sync_to_thread=True)
    def read(
        self,
        document: FromPath[str],
        authors: Desk,
        revision: Annotated[int | None, Parameter(ge=1, description="An older revision's number.")] = None,
    ) -> DocumentText:
        newest = authors.authoring.text(document)
        shown = authors.authoring.store.revision(document, revision) if revision else newest
        history = authors.authoring.store.history(document)
        return DocumentText(
            document, shown.text, revision_view(shown), [revision_view(each) for each in history]
        )

    @put(
        "/{document:str}", status_code=HTTP_201_CREATED, summary="Draft a new text of a document",
        request_max_body_size=LARGEST_DOCUMENT, sync_to_thread=True,
    )  # fmt: skip
    def write(self, document: FromPath[str], data: JSONBody[NewText], authors: Desk) -> RevisionView:
        saved = authors.save(document, data.text, data.author, data.comment, data.based_on)
        return revision_view(saved)

    @post(
        "/files", status_code=HTTP_201_CREATED, summary="Draft a document from a file",
        request_max_body_size=LARGEST_DOCUMENT, sync_to_thread=True,
    )  # fmt: skip
    def upload(self, data: JSONBody[NewFile], authors: Desk) -> RevisionView:
        try:
            content = base64.b64decode(data.content_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ClientException(f"content_base64: {error}") from error
        about = {"id": data.id, "language": data.language, "title": data.title}
        said = {name: value for name, value in about.items() if value is not None}
        return revision_view(authors.upload(content, data.name, said, data.author, data.comment))

    @delete(
        "/{document:str}", status_code=HTTP_200_OK, summary="Draft a document's removal", sync_to_thread=True
    )
    def remove(self, document: FromPath[str], data: JSONBody[Removal], authors: Desk) -> RevisionView:
        return revision_view(authors.authoring.remove(document, data.author, data.comment))

    @delete(
        "/{document:str}/draft",
        status_code=HTTP_200_OK,
        summary="Discard the open draft",
        sync_to_thread=True,
    )
    def discard(self, document: FromPath[str], authors: Desk) -> RevisionView:
        return revision_view(authors.authoring.discard(document))

    @get("/{document:str}/diff", summary="What the draft would change", sync_to_thread=True)
    def diff(self, document: FromPath[str], authors: Desk) -> DiffView:
        found = authors.authoring.diff(document)
        return DiffView(document, list(found.lines), list(found.passages))

    @post(
        "/check",
        status_code=HTTP_200_OK,
        summary="Examine drafts before they are published",
        sync_to_thread=True,
    )
    def check(self, data: JSONBody[CheckOrder], authors: Desk) -> CheckView:
        findings = authors.authoring.check(data.documents)
        effects, tried = authors.impact(data.documents, data.questions) if data.impact else (None, 0)
        errors = sum(each.severity == "error" for each in findings)
        return CheckView(findings, errors, effects, tried)


class Publications(Controller):
    path = "/v1/publications"
    tags = (_TAG,)
    guards = (needs_author,)

    @get(summary="What was published when, newest first", sync_to_thread=True)
    def log(
        self, authors: Desk, limit: Annotated[int, Parameter(ge=1, le=1000)] = 50
    ) -> list[PublicationView]:
        store = authors.authoring.store
        return [publication_view(each, each.id == store.current_id()) for each in store.publications(limit)]

    @post(
        status_code=HTTP_201_CREATED, sync_to_thread=True,
        summary="Publish drafts; the next turn is answered from them",
    )  # fmt: skip
    def publish(self, data: JSONBody[PublishOrder], authors: Desk) -> PublishView:
        landed, findings = authors.publish(data.documents, data.author, data.comment, data.despite_errors)
        return PublishView(publication_view(landed, True), findings)

    @post(
        "/rollback", status_code=HTTP_201_CREATED, sync_to_thread=True,
        summary="Publish again what an earlier publication held",
    )  # fmt: skip
    def roll_back(self, data: JSONBody[RollbackOrder], authors: Desk) -> PublicationView:
        return publication_view(authors.roll_back(data.to, data.author, data.comment), True)


class Gaps(Controller):
    path = "/v1/gaps"
    tags = (_TAG,)
    guards = (needs_author,)

    @get(summary="What customers asked and no document answers, the most asked first", sync_to_thread=True)
    def gaps(
        self,
        authors: Desk,
        days: Annotated[int, Parameter(ge=1, le=3660, description="How far to look back.")] = 30,
        limit: Annotated[int, Parameter(ge=1, le=1000)] = 50,
    ) -> list[GapView]:
        return [gap_view(gap) for gap in authors.gaps(days)[:limit]]
