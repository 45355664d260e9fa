// What part of the city is in view: a Mercator plane in units of a pixel at zoom UNIT, seen through a window of so many pixels.

export type Box = [number, number, number, number];

const UNIT = 18;
const WORLD = 256 * 2 ** UNIT;
const LEAST = 7;
const MOST = 20;
const MARGIN = 0.94;

/** East of Greenwich and south of the pole, in units. */
export function plane(longitude: number, latitude: number): [number, number] {
  const at = (latitude * Math.PI) / 180;
  const north = Math.log(Math.tan(Math.PI / 4 + at / 2)) / Math.PI;
  return [((longitude + 180) / 360) * WORLD, ((1 - north) / 2) * WORLD];
}

function earth(x: number, y: number): [number, number] {
  const north = Math.PI * (1 - (2 * y) / WORLD);
  return [(x / WORLD) * 360 - 180, (Math.atan(Math.sinh(north)) * 180) / Math.PI];
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** The window: where its middle is, and how near it looks. */
export class View {
  width = 1;
  height = 1;
  sharp = 1;
  zoom = 9;
  /** Drawn coordinates count from here, so that they stay exact in single precision. */
  readonly origin: [number, number] = plane(0, 0);
  private x = 0;
  private y = 0;

  /** How many pixels a unit has. */
  get scale(): number {
    return 2 ** (this.zoom - UNIT);
  }

  resize(width: number, height: number, sharp: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.sharp = sharp;
  }

  /** Pixels from the left and top. */
  pixel(longitude: number, latitude: number): [number, number] {
    const [x, y] = plane(longitude, latitude);
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  /** Degrees at a pixel. */
  place(x: number, y: number): [number, number] {
    return earth(this.x + (x - this.width / 2) / this.scale, this.y + (y - this.height / 2) / this.scale);
  }

  /** West, south, east, north. */
  box(): Box {
    const [west, north] = this.place(0, 0);
    const [east, south] = this.place(this.width, this.height);
    return [west, south, east, north];
  }

  /** Where the origin of drawn coordinates lies, in pixels. */
  shift(): [number, number] {
    return [
      (this.origin[0] - this.x) * this.scale + this.width / 2,
      (this.origin[1] - this.y) * this.scale + this.height / 2,
    ];
  }

  fit([west, south, east, north]: Box): void {
    const [left, top] = plane(west, north);
    const [right, bottom] = plane(east, south);
    const room = Math.min(this.width / (right - left), this.height / (bottom - top)) * MARGIN;
    this.zoom = between(LEAST, UNIT + Math.log2(room), MOST - 2);
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
  }

  goTo(longitude: number, latitude: number, zoom: number): void {
    [this.x, this.y] = plane(longitude, latitude);
    this.zoom = between(LEAST, zoom, MOST);
  }

  pan(right: number, down: number): void {
    this.x -= right / this.scale;
    this.y -= down / this.scale;
  }

  /** Nearer by so many steps; what lies under this pixel stays under it. */
  zoomAt(x: number, y: number, steps: number): void {
    const before = this.scale;
    this.zoom = between(LEAST, this.zoom + steps, MOST);
    const kept = 1 / before - 1 / this.scale;
    this.x += (x - this.width / 2) * kept;
    this.y += (y - this.height / 2) * kept;
  }
}

/** Whether two boxes have a place in common. */
export function meet(one: Box, other: Box): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

/** Whether a box lies in another. */
export function isWithin(one: Box, other: Box): boolean {
  return one[0] >= other[0] && one[1] >= other[1] && one[2] <= other[2] && one[3] <= other[3];
}
