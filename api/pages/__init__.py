"""The analysts' pages: rendered here, worked by keyboard, and readable without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(web: FastAPI) -> None:
    """Adds the pages to an application."""
    from api.pages import cases, entry, library, overview, queue, record
    from api.pages.frame import SignInNeeded
    from api.pages.trouble import to_sign_in

    for pages in (entry, queue, record, overview, cases, library):
        web.include_router(pages.router)
    web.add_exception_handler(SignInNeeded, to_sign_in)
