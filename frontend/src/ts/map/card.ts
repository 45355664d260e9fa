// What stands beside the drawing: the card of an opened point, the list of what is in view, the legend of the figures.
import type { Legend } from "./drawing";
import type { Given, Spot } from "./points";
import type { View } from "./view";
import { fill } from "./words";

const LISTED = 50;
const IN_A_CARD = 12;

/** The parts of a map that are text. */
export class Cards {
  private drawn = "";

  constructor(
    private readonly element: HTMLElement,
    private readonly words: Record<string, string>,
  ) {}

  /** Open the card of a spot, beside it. */
  open(spot: Spot, view: View): void {
    const card = this.part("card");
    if (!card) return;
    const rows = spot.given.slice(0, IN_A_CARD).map((point) => this.row(point, "p"));
    const left = spot.given.length - rows.length;
    if (left > 0) rows.push(text("p", fill(this.words.others, { n: String(left) })));
    card.querySelector("[data-map-rows]")?.replaceChildren(...rows);
    card.hidden = false;
    const [x, y] = view.pixel(spot.longitude, spot.latitude);
    card.classList.toggle("map__card--right", x < view.width / 2);
    card.classList.toggle("map__card--low", y < view.height / 2);
    const close = card.querySelector<HTMLElement>("[data-map-close]");
    if (close) close.onclick = () => this.close();
    (card.querySelector<HTMLElement>("a") ?? close)?.focus();
  }

  close(): void {
    const card = this.part("card");
    if (!card || card.hidden) return;
    const had = card.contains(document.activeElement);
    card.hidden = true;
    if (had) this.part("frame")?.focus();
  }

  /** The list of what is in view. */
  list(points: Given[], isMore: boolean): void {
    const list = this.part("list");
    if (!list) return;
    const rows = points.slice(0, LISTED).map((point) => this.row(point, "li"));
    if (isMore || points.length > LISTED) rows.push(text("li", this.words.more ?? ""));
    if (!points.length) rows.push(text("li", this.words.none ?? ""));
    list.replaceChildren(...rows);
    const count = this.part("count");
    const n = points.reduce((sum, one) => sum + (one.count ?? 1), 0);
    if (count) count.textContent = fill(this.words.inView, { n: `${n}${isMore ? "+" : ""}` });
  }

  private row(point: Given, tag: string): HTMLElement {
    const row = document.createElement(tag);
    const label = point.label || fill(this.words.inView, { n: String(point.count ?? 1) });
    const name = document.createElement(point.url ? "a" : "span");
    if (name instanceof HTMLAnchorElement) name.href = point.url!;
    name.textContent = label;
    row.append(name);
    if (point.note) row.append(" ", text("span", point.note, "soft"));
    row.dataset.mapMark = `${point.longitude},${point.latitude}`;
    row.dataset.mapOf = this.element.id;
    return row;
  }

  /** The classes of the figures, with their colours as small drawings (styles in markup are not allowed). */
  legend(legend: Legend, figures: { label: string; unit: string } | null): void {
    const box = this.part("legend");
    const said = JSON.stringify([legend, figures?.label]);
    if (!box || said === this.drawn) return;
    this.drawn = said;
    box.hidden = legend.length === 0;
    const rows = legend.map(({ from, to, colour }) => {
      const row = text("span", from === to ? String(from) : `${from}–${to}`, "map__class");
      row.prepend(swatch(colour));
      return row;
    });
    box.replaceChildren(text("strong", figures ? `${figures.label}（${figures.unit}）` : ""), ...rows);
  }

  private part(name: string): HTMLElement | null {
    return this.element.querySelector<HTMLElement>(`[data-map-${name}]`);
  }
}

function swatch(colour: string): HTMLElement {
  const drawn = document.createElement("canvas");
  [drawn.width, drawn.height] = [20, 14];
  drawn.className = "map__swatch";
  const context = drawn.getContext("2d");
  if (context) {
    context.fillStyle = colour;
    context.fillRect(0, 0, 20, 14);
  }
  return drawn;
}

function text(tag: string, content: string, look = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  if (look) made.className = look;
  return made;
}
