// Draws the map: areas with their figures, borders, labels, tracks, points, and what is chosen. Colours are the tokens of the page.
import type { Area, Outlines } from "./outlines";
import type { Spot } from "./points";
import type { View } from "./view";

type What = {
  outlines: Outlines;
  figures: { level: string; figures: Record<string, number> } | null;
  spots: Spot[];
  lines: [number, number][][];
  chosen: [number, number] | null;
  here: [number, number] | null;
  ringed: [number, number] | null;
  cross: boolean;
};
/** The classes of a choropleth: from and to (both counted in), and the colour. */
export type Legend = { from: number; to: number; colour: string }[];

const CLASSES = 5;
const FONT = '"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif';
const CELL_NAMES_FROM = 15.5;
const STREET_NAMES_FROM = 11.6;

type Pen = { context: CanvasRenderingContext2D; view: View; ink: (name: string) => string };

/** Paints everything; gives the classes of the figures that were painted. */
export function draw(canvas: HTMLCanvasElement, view: View, what: What): Legend {
  const context = canvas.getContext("2d");
  if (!context) return [];
  what.outlines.place(view);
  const tokens = getComputedStyle(canvas);
  const pen: Pen = { context, view, ink: (name) => tokens.getPropertyValue(`--${name}`).trim() || "#000" };
  context.setTransform(view.sharp, 0, 0, view.sharp, 0, 0);
  context.fillStyle = pen.ink("ground");
  context.fillRect(0, 0, view.width, view.height);
  const legend = paintAreas(pen, what);
  paintLabels(pen, what);
  for (const line of what.lines) paintLine(pen, line);
  for (const spot of what.spots) paintSpot(pen, spot);
  paintPlaces(pen, what);
  return legend;
}

/** With paths in the plane's units, lines stay as wide as they are said to be in pixels. */
function inPlane(pen: Pen, act: (wide: (pixels: number) => number) => void): void {
  const { context, view } = pen;
  const [x, y] = view.shift();
  context.save();
  context.translate(x, y);
  context.scale(view.scale, view.scale);
  context.lineJoin = "round";
  act((pixels) => pixels / view.scale);
  context.restore();
}

/** Quantiles of the figures: each class has about as many areas. */
export function classes(values: number[], colours: string[]): Legend {
  const sorted = [...values].sort((one, other) => one - other);
  const legend: Legend = [];
  for (let at = 0; at < colours.length; at++) {
    const own = sorted.filter((value) => !legend.length || value > legend[legend.length - 1]!.to);
    const to = own[Math.ceil(own.length / (colours.length - at)) - 1];
    if (to === undefined) break;
    legend.push({ from: own[0]!, to, colour: colours[at]! });
  }
  return legend;
}

function paintAreas(pen: Pen, { outlines, figures }: What): Legend {
  const { context, view } = pen;
  const shares = Array.from({ length: CLASSES }, (_, at) => mixed(pen.ink("paper"), pen.ink("brand"), 0.1 + at * 0.16));
  const legend = figures ? classes(Object.values(figures.figures), shares) : [];
  inPlane(pen, (wide) => {
    const stroke = (level: string, pixels: number, token: string) => {
      context.lineWidth = wide(pixels);
      context.strokeStyle = pen.ink(token);
      for (const area of outlines.inView(level, view)) context.stroke(area.path);
    };
    context.fillStyle = pen.ink("paper");
    for (const area of outlines.inView("districts", view)) context.fill(area.path);
    for (const area of figures ? outlines.inView(figures.level, view) : []) {
      const value = figures?.figures[area.code];
      const own = value === undefined ? undefined : legend.find(({ to }) => value <= to);
      if (own) {
        context.fillStyle = own.colour;
        context.fill(area.path);
      }
    }
    const marked = outlines.marked ? areasCoded(outlines, view) : [];
    context.fillStyle = pen.ink("brand-soft");
    // Figures have their own colours: what is marked is then told by its border alone.
    if (!figures) for (const area of marked) context.fill(area.path);
    if (outlines.showsCells(view) || figures?.level === "cells") stroke("cells", 1, "line");
    if (outlines.showsStreets(view) || figures?.level === "streets") stroke("streets", 1.2, "ink-soft");
    stroke("districts", 2.2, "ink");
    context.lineWidth = wide(4);
    context.strokeStyle = pen.ink("brand");
    for (const area of marked) context.stroke(area.path);
  });
  return legend;
}

function areasCoded(outlines: Outlines, view: View): Area[] {
  return ["cells", "streets", "districts"]
    .flatMap((level) => outlines.inView(level, view))
    .filter((area) => area.code === outlines.marked);
}

/** A colour between two of the tokens, which are written #rrggbb. */
function mixed(from: string, to: string, share: number): string {
  const part = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => Math.round(part(from, at) * (1 - share) + part(to, at) * share));
  return `rgb(${parts.join(",")})`;
}

function paintLabels(pen: Pen, { outlines, figures }: What): void {
  const { context, view } = pen;
  const taken: [number, number, number, number][] = [];
  const label = (area: Area, size: number, token: string) => {
    const figure = figures?.figures[area.code];
    context.font = `${size >= 15 ? "600 " : ""}${size}px ${FONT}`;
    const [x, y] = view.pixel(...area.middle);
    const [west, south, east] = area.box;
    const room = view.pixel(east, south)[0] - view.pixel(west, south)[0];
    const whole = figure === undefined ? area.label : `${area.label} ${figure}`;
    // Where name and figure do not fit, the figure stands alone: the name is in the list beside the map.
    const text = figure !== undefined && context.measureText(whole).width > room ? String(figure) : whole;
    const half = context.measureText(text).width / 2 + 3;
    const box: [number, number, number, number] = [x - half, y - size, x + half, y + size];
    const isTaken = taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3]);
    if (isTaken || box[2] < 0 || box[0] > view.width || box[3] < 0 || box[1] > view.height) return;
    taken.push(box);
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = pen.ink("paper");
    context.strokeText(text, x, y);
    context.fillStyle = pen.ink(token);
    context.fillText(text, x, y);
  };
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (view.zoom < 13.5) for (const area of outlines.inView("districts", view)) label(area, 15, "ink");
  if (view.zoom >= STREET_NAMES_FROM || figures?.level === "streets") for (const area of outlines.inView("streets", view)) label(area, 13, "ink-soft");
  if (view.zoom >= CELL_NAMES_FROM || (figures?.level === "cells" && view.zoom >= 14)) for (const area of outlines.inView("cells", view)) label(area, 12, "ink-soft");
}

function paintLine({ context, view, ink }: Pen, line: [number, number][]): void {
  context.beginPath();
  line.forEach(([longitude, latitude], at) => {
    const [x, y] = view.pixel(longitude, latitude);
    if (at) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = ink("info");
  context.stroke();
}

/** A state is told by its shape as well as its colour: late a diamond, due a square, the rest round. */
function shape(context: CanvasRenderingContext2D, tone: string, x: number, y: number, size: number): void {
  context.beginPath();
  if (tone === "late") {
    const [reach, top] = [size * 1.25, y - size * 1.25];
    context.moveTo(x, top);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else if (tone === "due") context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  else context.arc(x, y, size, 0, Math.PI * 2);
}

function paintSpot({ context, view, ink }: Pen, spot: Spot): void {
  const [x, y] = view.pixel(spot.longitude, spot.latitude);
  const text = spot.count > 1 ? (spot.count > 999 ? `${Math.round(spot.count / 1000)}k` : String(spot.count)) : "";
  const size = text ? 11 + text.length * 2.5 : 8;
  shape(context, spot.tone, x, y, size);
  context.fillStyle = ink(spot.tone);
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = ink("paper");
  context.stroke();
  if (!text) return;
  context.font = `600 13px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = ink("paper");
  context.fillText(text, x, y + 0.5);
}

function paintPlaces({ context, view, ink }: Pen, { chosen, here, ringed, cross }: What): void {
  const ring = (at: [number, number], size: number, width: number, token: string) => {
    const [x, y] = view.pixel(...at);
    context.beginPath();
    context.arc(x, y, size, 0, Math.PI * 2);
    context.lineWidth = width;
    context.strokeStyle = ink(token);
    context.stroke();
  };
  if (ringed) ring(ringed, 20, 4, "accent");
  if (here) {
    ring(here, 9, 6, "paper");
    ring(here, 7, 5, "info");
  }
  if (chosen) {
    const [x, y] = view.pixel(...chosen);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - 11, y - 20);
    context.arc(x, y - 24, 12, Math.PI * 0.85, Math.PI * 2.15);
    context.closePath();
    context.fillStyle = ink("accent");
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = ink("paper");
    context.stroke();
  }
  if (!cross) return;
  const [x, y] = [view.width / 2, view.height / 2];
  context.beginPath();
  for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    context.moveTo(x + right * 4, y + down * 4);
    context.lineTo(x + right * 14, y + down * 14);
  }
  context.lineWidth = 2;
  context.strokeStyle = ink("ink");
  context.stroke();
}
