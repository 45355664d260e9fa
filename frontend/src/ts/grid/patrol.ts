// The patrol track: started and stopped by the worker, thinned on the handset, handed in part by part. Points that have not been handed in
// lie sealed like everything else; a page that dies loses at most the part that it was gathering.
import { ground, handIn, sendOrWait, theDay } from "./holding";
import { one, say } from "./page";
import { metresBetween, type Spot } from "./place";
import { recall, remember } from "./store";
import { word } from "./words";

const PART = 20;

type Walk = { key: string; startedAt: string; count: number };
type Passed = [string, number, number];

let walk: Walk | null = null;
let watch = 0;
let part: Passed[] = [];
let last: (Spot & { at: number }) | null = null;

async function draw(): Promise<void> {
  const { patrol } = await ground();
  const control = one("[data-patrol]");
  control.textContent = word(walk ? "patrol-stop" : "patrol-start");
  control.setAttribute("aria-pressed", String(walk !== null));
  one("[data-patrol-says]").textContent = walk ? word("patrol-on", walk.count) : word("patrol-off", patrol.days);
}

async function handPart(endedAt: string | null): Promise<void> {
  if (!walk || (!part.length && !endedAt)) return;
  const points = part;
  part = [];
  await handIn("patrol", { patrol: walk.key, points, ended_at: endedAt });
  await sendOrWait(true);
}

async function passed(position: GeolocationPosition): Promise<void> {
  if (!walk) return;
  const { metres, seconds } = (await ground()).patrol;
  const { longitude, latitude } = position.coords;
  const at = position.timestamp;
  const isNew = !last || metresBetween(last, { longitude, latitude }) >= metres || at - last.at >= seconds * 1_000;
  if (!isNew) return;
  last = { longitude, latitude, at };
  part.push([new Date(at).toISOString(), longitude, latitude]);
  walk.count += 1;
  await remember("walk", walk);
  if (part.length >= PART) await handPart(null);
  await draw();
}

function follow(): void {
  watch = navigator.geolocation.watchPosition((position) => void passed(position), () => undefined, { enableHighAccuracy: true });
}

async function toggle(): Promise<void> {
  if (walk) {
    navigator.geolocation.clearWatch(watch);
    await handPart(new Date().toISOString());
    walk = null;
    await remember("walk", null);
  } else if (theDay()?.on_shift === false) {
    return say(word("off-shift"));
  } else {
    walk = { key: crypto.randomUUID(), startedAt: new Date().toISOString(), count: 0 };
    last = null;
    await remember("walk", walk);
    follow();
  }
  await draw();
}

export async function followPatrol(): Promise<void> {
  one("[data-patrol]").addEventListener("click", () => void toggle());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void handPart(null);
  });
  walk = (await recall<Walk | null>("walk")) ?? null;
  if (walk) follow();
  await draw();
}
