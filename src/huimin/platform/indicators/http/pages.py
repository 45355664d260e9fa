"""Open-data files of the releases."""

import csv
from io import StringIO

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from huimin.platform.identity.permissions import public
from huimin.platform.indicators import queries, tables


@public
@require_safe
def csv_file(request: HttpRequest, code: str) -> HttpResponse:
    """One release as CSV: UTF-8 with a mark, so that office programs read the Chinese; a row for each cell and total."""
    text = StringIO()
    csv.writer(text).writerows(tables.csv_rows(queries.get_table(code)))
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    return answer


@public
@require_safe
def json_file(request: HttpRequest, code: str) -> HttpResponse:
    """One release as JSON, the same content as the API's."""
    answer = JsonResponse(tables.content(queries.get_table(code)), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer
