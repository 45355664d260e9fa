// The base map: districts, streets and cells of the city drawn on a canvas from our own outlines; no tile server, no WebGL, no library.
//
// A page puts one there with `{% load map %}{% map piece %}`, where `piece` is a `grid.mapping.Map`; the tag writes the element and
// loads this script (built to ui/build/map.js). What the element says, in attributes that the tag writes from the piece:
//
//   data-map                      the element is a map
//   data-map-outlines="/map/3f…/" where the outlines lie: districts.json, streets.json, cells-340202.json (immutable, gzip)
//   data-map-points="/…"          GeoJSON of points, asked for with ?bbox=west,south,east,north&zoom=n for what is in view (padded), again
//                                 when the view leaves it. A FeatureCollection of Points with properties, all optional but label:
//                                 id, label, note (second line), url, tone (brand good due late info: colour AND shape),
//                                 count (the server joined so many already). LineStrings (a track) are drawn as lines.
//                                 Foreign member "more": true says that not all could be given. Near points are joined on the screen.
//   data-map-figures="/…"         a choropleth: {"level": "districts" | "streets" | "cells", "label", "unit", "figures": {code: number}}
//   data-map-show="340202001"     opens on this district, street or cell and outlines it
//   data-map-at="118.37,31.33,15" opens on this point (and zoom)
//   data-map-choose="prefix"      a point is chosen by a click, a tap, Enter, or my position: written into the inputs <prefix>longitude,
//                                 <prefix>latitude and <prefix>datum of the form that the map stands in (cgcs2000, or wgs84 from the
//                                 device). A form that comes back with a point shows it. Without script the form asks for an address.
//   data-map-words='{…}'          the sentences of the interface in the reader's language
//
// Beside the map the tag writes a list of what is in view, for those who cannot use a map; it is filled here, from the same points.
// Anything on the page with data-map-mark="118.37,31.33" (a row of the page's own list) is ringed on the map while it has focus or
// pointer; data-map-of="<id>" names the map where there are several.
//
// Events, all bubbling from the element: map:chosen {longitude, latitude, datum, cell} · map:moved {west, south, east, north, zoom} ·
// and to it: map:show {longitude, latitude, zoom?} goes there · map:refresh asks for points and figures again.
//
// What it says of itself, for pages and tests: data-map-ready (drawn for the first time), data-map-view="118.37,31.33,15.00" (the middle and
// the zoom), data-map-shown="12" (how many points are in view, once they have come).
//
// Keys on the focused map: arrows move, + and - zoom, 0 the whole city, Enter opens (or chooses) what is at the cross in the middle.
import { Cards } from "./map/card";
import { draw } from "./map/drawing";
import { follow } from "./map/gestures";
import { Outlines } from "./map/outlines";
import { Points, type Spot } from "./map/points";
import { View } from "./map/view";
import { fill, readWords } from "./map/words";

const CLOSE_ZOOM = 16;
const POINT_ZOOM = 17;
const ASK_AFTER = 200;

type Numbers = { level: string; label: string; unit: string; figures: Record<string, number> };

/** One map of a page. */
class PlaceMap {
  private readonly view = new View();
  private readonly outlines: Outlines;
  private readonly points: Points;
  private readonly words: Record<string, string>;
  private readonly canvas: HTMLCanvasElement;
  private readonly frame: HTMLElement;
  private readonly cards: Cards;
  private figures: Numbers | null = null;
  private chosen: [number, number] | null = null;
  private here: [number, number] | null = null;
  private ringed: [number, number] | null = null;
  private drawing = 0;
  private asking = 0;

  constructor(private readonly element: HTMLElement) {
    this.words = readWords(element);
    this.frame = element.querySelector<HTMLElement>("[data-map-frame]")!;
    this.canvas = this.frame.querySelector("canvas")!;
    this.outlines = new Outlines(element.dataset.mapOutlines ?? "", () => this.redraw());
    this.points = new Points(element.dataset.mapPoints ?? "");
    this.cards = new Cards(element, this.words);
  }

  /** Load the districts, open on what is to be shown, and begin to listen. */
  async start(): Promise<void> {
    this.element.classList.add("map--live");
    new ResizeObserver(() => this.resize()).observe(this.frame);
    this.resize();
    follow(this.frame, this.view, {
      moved: () => this.moved(),
      looked: () => this.redraw(),
      pressed: (x, y) => this.press(x, y),
      whole: () => this.whole(),
    });
    this.listen();
    const found = await this.outlines.load("districts");
    if (!found) this.say(this.words.noOutlines);
    await Promise.all([this.open(), this.outlines.load("streets"), this.askFigures()]);
    this.moved();
    this.element.dataset.mapReady = "yes";
  }

  private listen(): void {
    const on = (name: string, act: () => void) =>
      this.element.querySelector(`[data-map-do="${name}"]`)?.addEventListener("click", act);
    on("in", () => this.zoom(1));
    on("out", () => this.zoom(-1));
    on("whole", () => this.whole());
    on("mine", () => this.findMe());
    this.element.addEventListener("map:refresh", () => {
      this.points.forget();
      void this.askFigures();
      this.moved();
    });
    this.element.addEventListener("map:show", (event) => {
      const { longitude, latitude, zoom } = (event as CustomEvent).detail;
      this.view.goTo(longitude, latitude, zoom ?? CLOSE_ZOOM);
      this.ringed = [longitude, latitude];
      this.moved();
    });
    for (const name of ["focusin", "mouseover"]) document.addEventListener(name, (event) => this.ring(event.target));
    window.addEventListener("beforeprint", () => this.paint());
  }

  /** A row of a list beside the map has focus or pointer: ring its place. */
  private ring(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-map-mark]") : null;
    if (row && row.dataset.mapOf && row.dataset.mapOf !== this.element.id) return;
    const at = row?.dataset.mapMark?.split(",").map(Number);
    const next: [number, number] | null = at && at.length === 2 ? [at[0]!, at[1]!] : null;
    if (String(next) === String(this.ringed)) return;
    this.ringed = next;
    this.redraw();
  }

  private async open(): Promise<void> {
    const { mapShow, mapAt } = this.element.dataset;
    const box = await this.outlines.boxOf(mapShow ?? "");
    if (box) {
      this.view.fit(box);
      this.outlines.marked = mapShow ?? "";
    } else this.whole();
    const at = mapAt?.split(",").map(Number);
    if (at && at.length > 1) this.view.goTo(at[0]!, at[1]!, at[2] ?? CLOSE_ZOOM);
    const kept = this.inputs().map((input) => Number.parseFloat(input?.value ?? ""));
    if (Number.isFinite(kept[0]) && Number.isFinite(kept[1])) {
      this.chosen = [kept[0]!, kept[1]!];
      this.view.goTo(kept[0]!, kept[1]!, CLOSE_ZOOM);
    }
  }

  private whole(): void {
    const box = this.outlines.box();
    if (box) this.view.fit(box);
    this.moved();
  }

  private zoom(steps: number): void {
    this.view.zoomAt(this.view.width / 2, this.view.height / 2, steps);
    this.moved();
  }

  private moved(): void {
    this.cards.close();
    this.redraw();
    for (const level of this.outlines.wanted(this.view)) void this.outlines.load(level);
    window.clearTimeout(this.asking);
    this.asking = window.setTimeout(() => void this.ask(), ASK_AFTER);
  }

  private async ask(): Promise<void> {
    const box = this.view.box();
    const detail = { west: box[0], south: box[1], east: box[2], north: box[3], zoom: this.view.zoom };
    this.element.dispatchEvent(new CustomEvent("map:moved", { bubbles: true, detail }));
    if (!(await this.points.ask(this.view))) return this.say(this.words.noPoints);
    const shown = this.points.inView(this.view);
    this.redraw();
    this.cards.list(shown, this.points.isMore);
    this.element.dataset.mapShown = String(shown.length);
  }

  private async askFigures(): Promise<void> {
    const address = this.element.dataset.mapFigures;
    if (!address) return;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return this.say(this.words.noPoints);
    this.figures = (await answer.json()) as Numbers;
    this.redraw();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.frame;
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(clientWidth * sharp);
    this.canvas.height = Math.round(clientHeight * sharp);
    this.view.resize(clientWidth, clientHeight, sharp);
    this.redraw();
  }

  private redraw(): void {
    if (!this.drawing) this.drawing = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = 0;
    const spots = this.points.spots(this.view);
    const legend = draw(this.canvas, this.view, {
      outlines: this.outlines,
      figures: this.figures,
      spots,
      lines: this.points.lines,
      chosen: this.chosen,
      here: this.here,
      ringed: this.ringed,
      cross: document.activeElement === this.frame,
    });
    this.cards.legend(legend, this.figures);
    const [longitude, latitude] = this.view.place(this.view.width / 2, this.view.height / 2);
    this.element.dataset.mapView = `${longitude.toFixed(5)},${latitude.toFixed(5)},${this.view.zoom.toFixed(2)}`;
  }

  /** A press on the map: a point is opened, or, where one is asked for, a place chosen; an area with a figure says it. */
  private press(x: number, y: number): void {
    const spot = this.points.at(this.view, x, y);
    const [longitude, latitude] = this.view.place(x, y);
    if (spot) this.openSpot(spot);
    else if (this.element.dataset.mapChoose !== undefined) this.choose(longitude, latitude, "cgcs2000");
    else this.sayArea(longitude, latitude);
  }

  private openSpot(spot: Spot): void {
    if (spot.count > 1 && this.view.zoom < POINT_ZOOM) {
      this.view.goTo(spot.longitude, spot.latitude, Math.min(this.view.zoom + 2, POINT_ZOOM + 1));
      return this.moved();
    }
    this.cards.open(spot, this.view);
  }

  private sayArea(longitude: number, latitude: number): void {
    const area = this.outlines.areaAt(longitude, latitude, this.figures?.level ?? "", this.view);
    if (!area) return this.cards.close();
    const figure = this.figures?.figures[area.code];
    const said = figure === undefined ? area.label : `${area.label}：${figure} ${this.figures?.unit ?? ""}`;
    this.say(said);
  }

  private choose(longitude: number, latitude: number, datum: string): void {
    this.chosen = [longitude, latitude];
    const said = [longitude.toFixed(6), latitude.toFixed(6), datum];
    this.inputs().forEach((input, place) => {
      if (!input) return;
      input.value = said[place]!;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const cell = this.outlines.areaAt(longitude, latitude, "cells", this.view);
    const detail = { longitude, latitude, datum, cell: cell?.code ?? "" };
    this.element.dispatchEvent(new CustomEvent("map:chosen", { bubbles: true, detail }));
    this.say(fill(this.words.chosen, { place: cell?.label ?? `${said[0]}, ${said[1]}` }));
    this.redraw();
  }

  private inputs(): (HTMLInputElement | null)[] {
    const prefix = this.element.dataset.mapChoose;
    const form = prefix === undefined ? null : this.element.closest("form");
    return ["longitude", "latitude", "datum"].map(
      (name) => form?.querySelector<HTMLInputElement>(`input[name="${CSS.escape(prefix + name)}"]`) ?? null,
    );
  }

  private findMe(): void {
    this.say(this.words.looking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.here = [coords.longitude, coords.latitude];
        this.view.goTo(coords.longitude, coords.latitude, CLOSE_ZOOM);
        this.moved();
        if (this.element.dataset.mapChoose !== undefined) this.choose(coords.longitude, coords.latitude, "wgs84");
        else this.say(fill(this.words.here, { metres: String(Math.round(coords.accuracy)) }));
      },
      () => this.say(this.words.noPosition),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  }

  private say(sentence: string | undefined): void {
    const said = this.element.querySelector("[data-map-said]");
    if (said) said.textContent = sentence ?? "";
  }
}

/** Starts every map that stands on the page and has not been started. */
export function followMaps(): void {
  document.querySelectorAll<HTMLElement>("[data-map]:not(.map--live)").forEach((element) => {
    void new PlaceMap(element).start();
  });
}
