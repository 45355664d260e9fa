// Districts, streets and cells: loaded when they are looked at, each once, and kept as paths that are ready to draw.
import { type Box, meet, plane, type View } from "./view";

type Ring = [number, number][];
type Shape = { type: "Polygon"; coordinates: Ring[] } | { type: "MultiPolygon"; coordinates: Ring[][] };
type Collection = {
  features: { properties: { code: string; name: string; en?: string }; geometry: Shape }[];
};

/** One district, street or cell. */
export type Area = { code: string; label: string; box: Box; parts: Ring[][]; path: Path2D; middle: [number, number] };

const STREETS_FROM = 10.4;
const CELLS_FROM = 12.6;
const CELLS = "cells";

function boxOfRings(parts: Ring[][]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of parts)
    for (const [x, y] of part[0] ?? []) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  return box;
}

/** The middle of the largest part, by area (the centroid), which is where a label stands. */
function middleOf(parts: Ring[][]): [number, number] {
  let [best, x, y] = [0, 0, 0];
  for (const part of parts) {
    let [area, cx, cy] = [0, 0, 0];
    const ring = part[0] ?? [];
    for (let at = 0; at + 1 < ring.length; at++) {
      const [x1, y1] = ring[at]!;
      const [x2, y2] = ring[at + 1]!;
      const cross = x1 * y2 - x2 * y1;
      area += cross;
      cx += (x1 + x2) * cross;
      cy += (y1 + y2) * cross;
    }
    if (Math.abs(area) > best) [best, x, y] = [Math.abs(area), cx / (3 * area), cy / (3 * area)];
  }
  return [x, y];
}

function holds(parts: Ring[][], x: number, y: number): boolean {
  let inside = false;
  for (const part of parts)
    for (const ring of part)
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
        const [x1, y1] = ring[at]!;
        const [x2, y2] = ring[before]!;
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
      }
  return inside;
}

/** All levels of the map that have been looked at. */
export class Outlines {
  /** The code of the area that the page is about. */
  marked = "";
  private readonly levels = new Map<string, Area[]>();
  private readonly asked = new Map<string, Promise<boolean>>();
  private origin: [number, number] | null = null;

  constructor(
    private readonly address: string,
    private readonly loaded: () => void,
  ) {}

  /** Load a level, once. False when it cannot be had. */
  load(level: string): Promise<boolean> {
    const known = this.asked.get(level);
    if (known) return known;
    const asked = this.fetch(level).catch(() => false);
    this.asked.set(level, asked);
    // What failed may be asked for again, for example when the network is back.
    void asked.then((found) => found || this.asked.delete(level));
    return asked;
  }

  private async fetch(level: string): Promise<boolean> {
    const answer = await fetch(`${this.address}${level}.json`);
    if (!answer.ok) return false;
    const whole = (await answer.json()) as Collection;
    const english = document.documentElement.lang === "en";
    this.levels.set(
      level,
      whole.features.map(({ properties, geometry }) => {
        const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
        const label = (english && properties.en) || properties.name;
        const box = boxOfRings(parts);
        return { code: properties.code, label, box, parts, path: this.path(parts), middle: middleOf(parts) };
      }),
    );
    this.loaded();
    return true;
  }

  private path(parts: Ring[][]): Path2D {
    const path = new Path2D();
    for (const part of parts)
      for (const ring of part) {
        ring.forEach(([longitude, latitude], at) => {
          const [x, y] = plane(longitude, latitude);
          this.origin ??= [x, y];
          if (at) path.lineTo(x - this.origin[0], y - this.origin[1]);
          else path.moveTo(x - this.origin[0], y - this.origin[1]);
        });
        path.closePath();
      }
    return path;
  }

  /** Where paths count from; the view takes it over. */
  place(view: View): void {
    if (this.origin) [view.origin[0], view.origin[1]] = this.origin;
  }

  /** The areas of a level that are loaded and in view. */
  inView(level: string, view: View): Area[] {
    const box = view.box();
    return this.all(level).filter((area) => meet(area.box, box));
  }

  private all(level: string): Area[] {
    if (level !== CELLS) return this.levels.get(level) ?? [];
    return [...this.levels].filter(([name]) => name.startsWith(`${CELLS}-`)).flatMap(([, areas]) => areas);
  }

  showsStreets(view: View): boolean {
    return view.zoom >= STREETS_FROM;
  }

  showsCells(view: View): boolean {
    return view.zoom >= CELLS_FROM;
  }

  /** The levels that this view needs. */
  wanted(view: View): string[] {
    if (!this.showsCells(view)) return [];
    return this.inView("districts", view).map((area) => `${CELLS}-${area.code}`);
  }

  /** The box of everything, or null before the districts are there. */
  box(): Box | null {
    const all = this.all("districts");
    return all.length ? all.map((area) => area.box).reduce(joined) : null;
  }

  /** The box of a district, street or cell, which is loaded for it. */
  async boxOf(code: string): Promise<Box | null> {
    const level = { 6: "districts", 9: "streets", 15: `${CELLS}-${code.slice(0, 6)}` }[code.length];
    if (!level || !(await this.load(level))) return null;
    return this.all(level).find((area) => area.code === code)?.box ?? null;
  }

  /** The area at a place: of this level, or of the finest that is drawn. */
  areaAt(longitude: number, latitude: number, level: string, view: View): Area | null {
    const levels = level ? [level] : [this.showsCells(view) ? CELLS : "", this.showsStreets(view) ? "streets" : "", "districts"];
    for (const one of levels) {
      const found = this.all(one).find(
        ({ box, parts }) => meet(box, [longitude, latitude, longitude, latitude]) && holds(parts, longitude, latitude),
      );
      if (found) return found;
    }
    return null;
  }
}

function joined(one: Box, other: Box): Box {
  return [
    Math.min(one[0], other[0]),
    Math.min(one[1], other[1]),
    Math.max(one[2], other[2]),
    Math.max(one[3], other[3]),
  ];
}
