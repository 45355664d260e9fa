"""PDF from our own HTML, in one worker thread: the engine takes seconds to load and is loaded when first needed, never with the server.

Nothing is fetched but the one font that comes with the program (Noto Sans SC): a page cannot reach the network or the disk.
"""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn

FONT_ADDRESS: Final = "font://noto-sans-sc"
SECONDS: Final = 60.0
ARCHIVAL: Final = "pdf/a-3u"

_worker: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")


class FetchedNothing(ValueError):
    """A page asked for something other than the font."""


def printed(html: str, *, archival: bool = False) -> bytes:
    """The page as a PDF with its font inside; `archival` makes it PDF/A-3u (ISO 19005-3), for what is kept or signed.

    Waits for its turn; raises TimeoutError after SECONDS.
    """
    return _worker.submit(_render, html, ARCHIVAL if archival else None).result(timeout=SECONDS)


def _render(html: str, variant: str | None) -> bytes:
    weasyprint = import_module("weasyprint")
    answer = import_module("weasyprint.urls").URLFetcherResponse

    def fetch(url: str, *_args: Any, **_more: Any) -> Any:
        if url != FONT_ADDRESS:
            raise FetchedNothing(url.partition(":")[0])
        return answer(url, Path(pylopdf_fonts_zh_cn.sans_path()).read_bytes(), {"Content-Type": "font/otf"})

    pdf: bytes = weasyprint.HTML(string=html, url_fetcher=fetch).write_pdf(pdf_variant=variant)
    return pdf
