// The icons of the worker's app, drawn here and written as PNG when the pages are built: nine cells of a grid, one of them marked.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const BRAND = [10, 90, 102];
const CELL = [227, 239, 240];
const MARK = [255, 196, 61];
const CELLS = 3;
// A maskable icon may be cut to a circle of 80 %: the cells stand within it.
const MARGIN = 0.23;
const GAP = 0.035;

function colour(x, y) {
  const step = (1 - 2 * MARGIN) / CELLS;
  const [column, row] = [x, y].map((at) => Math.floor((at - MARGIN) / step));
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return BRAND;
  const inside = [x - MARGIN - column * step, y - MARGIN - row * step].every((at) => at > GAP / 2 && at < step - GAP / 2);
  if (!inside) return BRAND;
  return column === 2 && row === 0 ? MARK : CELL;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return whole;
}

function png(side) {
  const rows = Buffer.alloc(side * (side * 3 + 1));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      rows.set(colour((x + 0.5) / side, (y + 0.5) / side), y * (side * 3 + 1) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** Writes `icon-192.png` and `icon-512.png` into a folder. */
export async function icons(folder) {
  await Promise.all([192, 512].map((side) => writeFile(join(folder, `icon-${side}.png`), png(side))));
}
