// Points that a page shows: asked for with what is in view, joined where they would lie upon each other.
import { type Box, isWithin, type View } from "./view";

type Properties = { id?: string; label?: string; note?: string; url?: string; tone?: string; count?: number };
type Feature =
  | { geometry: { type: "Point"; coordinates: [number, number] }; properties: Properties }
  | { geometry: { type: "LineString"; coordinates: [number, number][] }; properties: Properties };

/** A point as given. */
export type Given = Properties & { longitude: number; latitude: number };
/** What is drawn at one place: one point, or several joined. */
export type Spot = { longitude: number; latitude: number; count: number; tone: string; given: Given[] };

const JOIN_WITHIN = 40;
const ASIDE = 0.25;
const TOUCH = 22;
const ALONE_FROM = 19;
/** The tone of a joined spot is the gravest that is in it. */
const GRAVITY = ["late", "due", "accent", "info", "brand", "good"];

function gravest(points: Given[]): string {
  const tones = new Set(points.map((point) => point.tone ?? "brand"));
  return GRAVITY.find((tone) => tones.has(tone)) ?? "brand";
}

/** The points of a map. */
export class Points {
  lines: [number, number][][] = [];
  isMore = false;
  private given: Given[] = [];
  private asked: { box: Box; zoom: number } | null = null;
  private running: AbortController | null = null;

  constructor(private readonly address: string) {}

  /** The next look asks anew. */
  forget(): void {
    this.asked = null;
  }

  /** Ask for what is in view, unless it is known. False when the answer could not be had. */
  async ask(view: View): Promise<boolean> {
    const zoom = Math.floor(view.zoom);
    const box = view.box();
    if (!this.address || (this.asked && this.asked.zoom === zoom && isWithin(box, this.asked.box))) return true;
    const [wide, high] = [(box[2] - box[0]) * ASIDE, (box[3] - box[1]) * ASIDE];
    const padded: Box = [box[0] - wide, box[1] - high, box[2] + wide, box[3] + high];
    this.running?.abort();
    this.running = new AbortController();
    const to = new URL(this.address, window.location.href);
    to.searchParams.set("bbox", padded.map((value) => value.toFixed(5)).join(","));
    to.searchParams.set("zoom", String(zoom));
    try {
      const answer = await fetch(to, { signal: this.running.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return false;
      const whole = (await answer.json()) as { features: Feature[]; more?: boolean };
      this.take(whole.features);
      this.isMore = whole.more === true;
      this.asked = { box: padded, zoom };
      return true;
    } catch (problem) {
      return problem instanceof DOMException && problem.name === "AbortError";
    }
  }

  private take(features: Feature[]): void {
    this.given = [];
    this.lines = [];
    for (const { geometry, properties } of features) {
      if (geometry.type === "LineString") this.lines.push(geometry.coordinates);
      else this.given.push({ ...properties, longitude: geometry.coordinates[0], latitude: geometry.coordinates[1] });
    }
  }

  /** What is in view, by itself. */
  inView(view: View): Given[] {
    const [west, south, east, north] = view.box();
    return this.given.filter(
      ({ longitude, latitude }) => longitude >= west && longitude <= east && latitude >= south && latitude <= north,
    );
  }

  /** What is drawn: near ones joined, those upon each other always. */
  spots(view: View): Spot[] {
    const within = view.zoom >= ALONE_FROM ? 1 : JOIN_WITHIN;
    const squares = new Map<string, Given[]>();
    for (const point of this.inView(view)) {
      const [x, y] = view.pixel(point.longitude, point.latitude);
      const square = `${Math.floor(x / within)} ${Math.floor(y / within)}`;
      squares.set(square, [...(squares.get(square) ?? []), point]);
    }
    return [...squares.values()].map((given) => {
      const count = given.reduce((sum, one) => sum + (one.count ?? 1), 0);
      const mean = (name: "longitude" | "latitude") =>
        given.reduce((sum, one) => sum + one[name] * (one.count ?? 1), 0) / count;
      return { longitude: mean("longitude"), latitude: mean("latitude"), count, tone: gravest(given), given };
    });
  }

  /** The spot under a pixel, or null. */
  at(view: View, x: number, y: number): Spot | null {
    let [best, near]: [Spot | null, number] = [null, TOUCH];
    for (const spot of this.spots(view)) {
      const [left, top] = view.pixel(spot.longitude, spot.latitude);
      const far = Math.hypot(left - x, top - y);
      if (far < near) [best, near] = [spot, far];
    }
    return best;
  }
}
