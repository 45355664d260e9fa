// Where the worker is, how far things are, and a point chosen on the outlines of his own cells, all without a network.

export type Spot = { longitude: number; latitude: number };
export type Fix = Spot & { accuracy: number };
export type Cell = { code: string; name: string; outline: string };
type Ring = [number, number][];

const A_DEGREE = 111_195;

export function metresBetween(one: Spot, other: Spot): number {
  const east = (one.longitude - other.longitude) * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(east, one.latitude - other.latitude) * A_DEGREE;
}

/** The position once, or null where it may not or cannot be known. */
export function whereAmI(): Promise<Fix | null> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ longitude: coords.longitude, latitude: coords.latitude, accuracy: Math.round(coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  });
}

function rings(outline: string): Ring[] {
  const geometry = JSON.parse(outline) as { type: string; coordinates: Ring[] | Ring[][] };
  return geometry.type === "Polygon" ? (geometry.coordinates as Ring[]) : (geometry.coordinates as Ring[][]).flat();
}

/** Draws cells on an SVG of 100 × 100 and tells which point was tapped. */
export class Picker {
  private west = 0;
  private north = 0;
  private scale = 1;
  private narrow = 1;

  constructor(private readonly svg: SVGSVGElement, chosen: (spot: Spot) => void) {
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      const side = Math.min(box.width, box.height);
      const x = ((event.clientX - box.left - (box.width - side) / 2) / side) * 100;
      const y = ((event.clientY - box.top - (box.height - side) / 2) / side) * 100;
      chosen({ longitude: this.west + x / this.scale / this.narrow, latitude: this.north - y / this.scale });
    });
  }

  draw(cells: Cell[], mark: Spot | null): void {
    const drawn = cells.map((cell) => rings(cell.outline));
    const points = drawn.flat(2);
    this.svg.replaceChildren();
    if (!points.length) return;
    const longitudes = points.map(([longitude]) => longitude);
    const latitudes = points.map(([, latitude]) => latitude);
    this.west = Math.min(...longitudes);
    this.north = Math.max(...latitudes);
    this.narrow = Math.cos((this.north * Math.PI) / 180);
    const width = (Math.max(...longitudes) - this.west) * this.narrow;
    this.scale = 100 / Math.max(width, this.north - Math.min(...latitudes), 1e-6);
    for (const cell of drawn) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", cell.map((ring) => `M${ring.map((point) => this.at(point)).join("L")}Z`).join(""));
      this.svg.append(path);
    }
    if (mark) {
      const [x, y] = this.at([mark.longitude, mark.latitude]).split(",");
      const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of Object.entries({ cx: x ?? "0", cy: y ?? "0", r: "3" })) circle.setAttribute(name, value);
      this.svg.append(circle);
    }
  }

  private at([longitude, latitude]: [number, number]): string {
    const x = (longitude - this.west) * this.narrow * this.scale;
    return `${x.toFixed(2)},${((this.north - latitude) * this.scale).toFixed(2)}`;
  }
}
