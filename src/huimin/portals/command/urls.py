"""Addresses of the command centre."""

from django.urls import path

from huimin.portals.command.http import board, duty, evaluation, hotspots, rooms

app_name = "command"
urlpatterns = [
    path("command/", board.home, name="home"),
    path("command/board/", board.board, name="board"),
    path("command/points/", board.points, name="points"),
    path("command/figures/", board.figures, name="figures"),
    path("command/alarms/<str:number>/", board.take, name="take"),
    path("command/duty/", duty.duty, name="duty"),
    path("command/duty/<int:turn>/take-back/", duty.take_back, name="take_back"),
    path("command/rooms/<str:number>/", rooms.room, name="room"),
    path("command/rooms/<str:number>/call/", rooms.call, name="call"),
    path("command/rooms/<str:number>/check-in/", rooms.come, name="come"),
    path("command/rooms/<str:number>/say/", rooms.say, name="say"),
    path("command/rooms/<str:number>/score/<slug:department>/", rooms.score, name="score"),
    path("command/hot-spots/", hotspots.hot, name="hot"),
    path("command/hot-spots/figures/", hotspots.figures, name="hot_figures"),
    path("command/themes/", hotspots.themes, name="themes"),
    path("command/themes/choose/", hotspots.choose, name="choose"),
    path("command/themes/<slug:number>/", hotspots.theme, name="theme"),
    path("command/evaluation/", evaluation.evaluation, name="evaluation"),
    path("command/evaluation/behind/", evaluation.behind, name="behind"),
]
