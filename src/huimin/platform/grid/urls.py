"""Addresses of the grid."""

from django.urls import path

from huimin.platform.grid.http import cells, command, components, handsets, outlines, points, rounds

app_name = "grid"
urlpatterns = [
    path("map/<slug:edition>/<slug:level>.json", outlines.outlines, name="outlines"),
    path("map/cells/", cells.cells, name="cells"),
    path("desk/grid/assignments/", command.overview, name="command"),
    path("desk/grid/map/", cells.everything, name="everything"),
    path("desk/grid/my-cells/", cells.my_cells, name="my_cells"),
    path("desk/grid/assignments/uncovered/", command.uncovered, name="uncovered"),
    path("desk/grid/cells/<slug:code>/", cells.cell, name="cell"),
    path("desk/grid/cells/<slug:code>/end/", cells.end, name="end_assignment"),
    path("desk/grid/cells/<slug:code>/inspect/", cells.inspect, name="inspect"),
    path("desk/grid/assignments/workers/", command.workers, name="workers"),
    path("desk/grid/assignments/workers.json", points.workers, name="worker_figures"),
    path("desk/grid/assignments/workers/<slug:public_id>/", command.worker, name="worker"),
    path("desk/grid/assignments/workers/<slug:public_id>/shifts/drop/", command.drop, name="drop_shift"),
    path("desk/grid/components/", components.components, name="components"),
    path("desk/grid/components.json", points.components, name="component_points"),
    path("desk/grid/components/<slug:code>/", components.component, name="component"),
    path("desk/grid/rounds/", rounds.mine, name="rounds"),
    path("desk/grid/rounds/overview/", rounds.overview, name="rounds_overview"),
    path("desk/grid/rounds/<slug:number>/", rounds.visit, name="round_visit"),
    path("desk/grid/rounds/<slug:number>/lists/", rounds.lists, name="round_lists"),
    path("handsets/", handsets.handsets, name="handsets"),
    path("handsets/<str:number>/revoke/", handsets.revoke, name="revoke_handset"),
    path("patrols/coverage/", handsets.coverage, name="patrol_coverage"),
]
