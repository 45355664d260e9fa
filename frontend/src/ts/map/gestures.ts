// Moving the map: by finger or mouse, two fingers, the wheel, and keys.
import type { View } from "./view";

type Acts = { moved: () => void; looked: () => void; pressed: (x: number, y: number) => void; whole: () => void };

const STILL = 6;
const KEY_STEP = 80;
const WHEEL_STEP = 0.0022;

/** Follows every gesture on the frame. */
export function follow(frame: HTMLElement, view: View, acts: Acts): void {
  const down = new Map<number, [number, number]>();
  let travelled = 0;

  const own = (event: PointerEvent | WheelEvent): [number, number] => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, own(event));
  });

  frame.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const after = own(event);
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const step = Math.hypot(after[0] - before[0], after[1] - before[1]);
    travelled += others.length ? STILL : step;
    const other = others[0];
    if (other) {
      const far = Math.hypot(before[0] - other[0], before[1] - other[1]);
      const now = Math.hypot(after[0] - other[0], after[1] - other[1]);
      if (far > 0 && now > 0) view.zoomAt((after[0] + other[0]) / 2, (after[1] + other[1]) / 2, Math.log2(now / far));
      view.pan((after[0] - before[0]) / 2, (after[1] - before[1]) / 2);
    } else if (travelled > STILL) view.pan(after[0] - before[0], after[1] - before[1]);
    down.set(event.pointerId, after);
    if (travelled > STILL) acts.moved();
  });

  const lift = (event: PointerEvent, isPress: boolean) => {
    if (!down.delete(event.pointerId)) return;
    if (isPress && down.size === 0 && travelled <= STILL) acts.pressed(...own(event));
  };
  frame.addEventListener("pointerup", (event) => lift(event, true));
  frame.addEventListener("pointercancel", (event) => lift(event, false));

  // The page scrolls over a map that nobody has taken in hand; with the focus in it, or Ctrl, the wheel is the map's.
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== frame) return;
      event.preventDefault();
      view.zoomAt(...own(event), -event.deltaY * WHEEL_STEP);
      acts.moved();
    },
    { passive: false },
  );

  const keys: Record<string, () => void> = {
    ArrowLeft: () => view.pan(KEY_STEP, 0),
    ArrowRight: () => view.pan(-KEY_STEP, 0),
    ArrowUp: () => view.pan(0, KEY_STEP),
    ArrowDown: () => view.pan(0, -KEY_STEP),
    "+": () => view.zoomAt(view.width / 2, view.height / 2, 1),
    "=": () => view.zoomAt(view.width / 2, view.height / 2, 1),
    "-": () => view.zoomAt(view.width / 2, view.height / 2, -1),
  };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act) act();
    else if (event.key === "0") acts.whole();
    else if (event.key === "Enter") acts.pressed(view.width / 2, view.height / 2);
    else return;
    event.preventDefault();
    if (act) acts.moved();
  });
  // The cross shows where the keys act; nothing else changes, least of all a card that has just been opened and has the focus.
  for (const name of ["focus", "blur"]) frame.addEventListener(name, acts.looked);
}
