"""`{% load pieces %}`: the signature pieces, charts, lists and forms, each drawn from its dataclass (see `ui.pieces`)."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from huimin.platform.ui import dates, marks, pieces
from huimin.platform.ui.charts import Chart, number

register = template.Library()

register.filter("day", dates.day)
register.filter("weekday", dates.weekday)
register.filter("full_day", dates.full_day)
register.filter("moment", dates.moment)
register.filter("as_of", dates.as_of)
register.filter("money", dates.money)
register.filter("number", number)


@register.simple_tag
def mark(name: str) -> SafeString:
    """The small shape that goes with a state's word; raises `KeyError` for a state that has none."""
    return marks.svg(name)


@register.inclusion_tag("ui/pieces/value.html")
def value(value: pieces.Value) -> dict[str, Any]:
    """A value with its source."""
    return {"value": value}


@register.inclusion_tag("ui/pieces/clock.html")
def clock(clock: pieces.Clock) -> dict[str, Any]:
    """Working time left, as a bar with a word and a date."""
    return {"clock": clock, "mark": marks.CLOCK[clock.state]}


@register.inclusion_tag("ui/pieces/steps.html")
def steps(steps: pieces.Steps) -> dict[str, Any]:
    """Who has it: the path, parallel steps as parallel lines."""
    stages = [[(step, marks.STEP[step.state]) for step in stage] for stage in steps.stages]
    return {"steps": steps, "stages": stages}


@register.inclusion_tag("ui/pieces/trail.html")
def trail(trail: pieces.Trail) -> dict[str, Any]:
    """Facts in order, in words."""
    return {"trail": trail}


@register.inclusion_tag("ui/pieces/eligibility.html")
def eligibility(eligibility: pieces.Eligibility) -> dict[str, Any]:
    """Yes, no because, or maybe: show X."""
    conditions = [(one, marks.VERDICT[one.verdict]) for one in eligibility.conditions]
    return {"eligibility": eligibility, "conditions": conditions, "mark": marks.VERDICT[eligibility.verdict]}


@register.inclusion_tag("ui/pieces/evidence.html")
def evidence(evidence: pieces.Evidence) -> dict[str, Any]:
    """A material and what satisfies it; stands inside `<ul class="evidence-list">`."""
    return {"evidence": evidence, "mark": marks.EVIDENCE[evidence.by]}


@register.inclusion_tag("ui/pieces/queue_row.html")
def queue_row(row: pieces.QueueRow) -> dict[str, Any]:
    """One row of work; stands inside `<ol class="queue__rows">`."""
    return {"row": row}


@register.inclusion_tag("ui/pieces/queue.html")
def queue(queue: pieces.Queue) -> dict[str, Any]:
    """A list of work with chips, saved views and "more"; j and k move, Enter opens."""
    return {"queue": queue}


@register.inclusion_tag("ui/pieces/chips.html")
def chips(chips: Sequence[pieces.Chip], label: str) -> dict[str, Any]:
    """Filter chips."""
    return {"chips": chips, "label": label}


@register.inclusion_tag("ui/pieces/more.html")
def more(url: str, rows_id: str) -> dict[str, Any]:
    """The link to the next rows; with scripts they join the element `rows_id`, without them the page turns."""
    return {"url": url, "rows_id": rows_id}


@register.inclusion_tag("ui/pieces/figure.html")
def figure(figure: pieces.Figure) -> dict[str, Any]:
    """A number with unit, time, comparison and source."""
    return {"figure": figure}


@register.inclusion_tag("ui/pieces/table.html")
def table(table: pieces.Table) -> dict[str, Any]:
    """A table with caption; rows become cards on a phone."""
    rows = [
        [(column, cell, isinstance(cell, pieces.Value)) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    return {"table": table, "rows": rows}


@register.inclusion_tag("ui/pieces/empty.html")
def empty(empty: pieces.Empty) -> dict[str, Any]:
    """What will appear here and what to do."""
    return {"empty": empty}


@register.inclusion_tag("ui/pieces/progress.html")
def progress(progress: pieces.Progress) -> dict[str, Any]:
    """Long work: it can be left and found again."""
    return {"progress": progress, "mark": marks.PROGRESS[progress.state]}


@register.inclusion_tag("ui/pieces/answers.html")
def answers(answers: Sequence[pieces.Answer]) -> dict[str, Any]:
    """Check your answers: question, answer, change."""
    return {"answers": answers}


@register.simple_tag
def chart(chart: Chart) -> SafeString:
    """A chart with its table behind it."""
    drawn = render_to_string(chart.template, {"chart": chart})
    # Safe: the template's own output, which escaped what went in.
    return mark_safe(render_to_string("ui/charts/chart.html", {"chart": chart, "drawn": drawn}))  # noqa: S308


@register.inclusion_tag("ui/forms/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """The list of mistakes on top of a form, each linked to its question; nothing for a form without mistakes."""
    # A group of choices has no one element of its own: its first choice is where the reader starts.
    listed = [(one.id_for_label or f"{one.auto_id}_0", one.label, problem) for one in form for problem in one.errors]
    return {"general": form.non_field_errors(), "listed": listed}


@register.inclusion_tag("ui/forms/field.html")
def field(field: BoundField) -> dict[str, Any]:
    """One question: label, hint, what is wrong, the field."""
    return {"field": field}


@register.inclusion_tag("ui/forms/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All questions of a form, hidden ones included."""
    return {"form": form}
