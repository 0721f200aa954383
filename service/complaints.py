"""The staff's endpoint for complaints: what there is, how it stands, and what somebody does about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, JSONBody, Parameter, SkipValidation
from litestar.status_codes import HTTP_200_OK

from service.complaint_office import ActionIncomplete, ComplaintOffice
from service.complaints_schema import ActionOrder, ComplaintDetail, ComplaintList
from service.staff import needs_staff
from tools.domain import ComplaintStatus
from tools.errors import NotFound, WrongState
from tools.store.complaint_store import MOST_LISTED, ComplaintQuery

Office = SkipValidation[NamedDependency[ComplaintOffice]]
StatusName = Literal["open", "answered", "escalated", "closed"]
Unmasked = Annotated[
    bool, Parameter(description="Show who the customer is and every word as it was written.")
]


class NotNow(ClientException):
    status_code = 409


class Complaints(Controller):
    path = "/v1/complaints"
    tags = ("complaints",)
    guards = (needs_staff,)

    @get(summary="Complaints, latest first", sync_to_thread=True)
    def list_complaints(
        self,
        complaints: Office,
        status: Annotated[StatusName | None, Parameter(description="How far they are.")] = None,
        department: Annotated[str, Parameter(max_length=100)] = "",
        overdue: Annotated[bool, Parameter(description="Only those whose deadline has passed.")] = False,
        limit: Annotated[int, Parameter(ge=1, le=MOST_LISTED)] = 50,
        after: Annotated[str, Parameter(max_length=100, description="The last one of the page before.")] = "",
        unmasked: Unmasked = False,
    ) -> ComplaintList:
        wanted = ComplaintStatus(status) if status else None
        with _told():
            return complaints.list(ComplaintQuery(wanted, department, overdue, limit, after), unmasked)

    @get("/{complaint_id:str}", summary="A complaint with what happened to it", sync_to_thread=True)
    def show(
        self, complaint_id: FromPath[str], complaints: Office, unmasked: Unmasked = False
    ) -> ComplaintDetail:
        with _told():
            return complaints.show(complaint_id, unmasked)

    @post(
        "/{complaint_id:str}/actions", status_code=HTTP_200_OK, sync_to_thread=True,
        summary="Acknowledge, finish a step, offer compensation, answer, escalate or close",
    )  # fmt: skip
    def act(
        self,
        complaint_id: FromPath[str],
        data: JSONBody[ActionOrder],
        complaints: Office,
        unmasked: Unmasked = False,
    ) -> ComplaintDetail:
        with _told():
            return complaints.act(complaint_id, data, unmasked)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise NotFoundException(str(error)) from error
    except ActionIncomplete as error:
        raise ClientException(str(error)) from error
    except WrongState as error:
        raise NotNow(str(error)) from error
