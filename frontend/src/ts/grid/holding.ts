// What the app holds while it is open: the key of the session (in memory alone), the day, and the way into the queue.
import { seal, fromBase64, lock, packed, sessionKey, unlock } from "./sealing";
import { say } from "./page";
import { sendQueue } from "./sending";
import { ask } from "./server";
import { getLocked, items, keepItem, type Kind, putLocked, recall, remember } from "./store";
import type { Photo } from "./photos";
import type { Cell } from "./place";
import { word } from "./words";

export type Task = {
  item: string; number: string; step: string; name: string; title: string; address: string; description: string;
  longitude: number | null; latitude: number | null; urgent: boolean; due_at: string; mine: boolean;
  outcomes: { code: string; label: string; reason: boolean }[];
};
export type Around = { number: string; class_code: string; title: string; longitude: number | null; latitude: number | null };
export type Ground = {
  cells: Cell[];
  classes: { name: string; classes: { code: string; name: string }[] }[];
  recent: string[];
  patrol: { metres: number; seconds: number; days: number };
  visit: { hours: number; most: number };
};
export type Day = Ground & { worker: string; as_of: string; on_shift: boolean; tasks: Task[]; around: Around[] };

let key: CryptoKey | null = null;
let day: Day | null = null;

export const hasKey = (): boolean => key !== null;
export const theDay = (): Day | null => day;

/** Asks the server for the session's keys; the public one is kept, so that reports can be sealed whenever. */
export async function openSession(): Promise<void> {
  const keys = await ask<{ worker: string; cache: string; public: string }>("open/", {});
  key = await sessionKey(fromBase64(keys.cache));
  await remember("public", keys.public);
}

/** Takes the day along: what is about people and tasks locked, what is public (cells, classes) as it is. */
export async function takeDay(): Promise<void> {
  day = await ask<Day>("day/");
  const { cells, classes, recent, patrol, visit } = day;
  await remember("ground", { cells, classes, recent, patrol, visit });
  if (key) await putLocked("day", await lock(key, day));
}

/** The day as it was taken along, if this session can read it. */
export async function recallDay(): Promise<void> {
  const kept = key && (await getLocked("day"));
  if (key && kept) day = await unlock<Day>(key, kept).catch(() => null);
}

export async function ground(): Promise<Ground> {
  const none = { cells: [], classes: [], recent: [], patrol: { metres: 20, seconds: 120, days: 30 }, visit: { hours: 24, most: 20 } };
  return day ?? (await recall<Ground>("ground")) ?? none;
}

export async function lockAway(name: string, value: unknown): Promise<void> {
  if (key) await putLocked(name, await lock(key, value));
}

export async function unlocked<T>(name: string): Promise<T | null> {
  const kept = key && (await getLocked(name));
  return key && kept ? unlock<T>(key, kept).catch(() => null) : null;
}

/** Seals something to hand in and keeps it; from here on it is not lost. The key of a patrol's part may be given by the patrol. */
export async function handIn(kind: Kind, said: object, photos: Photo[] = []): Promise<string> {
  const publicKey = await recall<string>("public");
  if (!publicKey) throw new Error("not enrolled");
  const own = crypto.randomUUID();
  const named = { ...said, photos: photos.map((photo) => ({ size: photo.bytes.length, taken_at: photo.takenAt })) };
  const content = packed(named, photos.map((photo) => photo.bytes));
  const sealed = await seal(fromBase64(publicKey), own, content);
  await keepItem({ key: own, kind, madeAt: new Date().toISOString(), state: "waiting", sealed, number: "", sentence: "" });
  return own;
}

/** Sends at once where there is a network, else asks the browser to send when there is one. Says which of the two. */
export async function sendOrWait(quietly = false): Promise<void> {
  const outcome = navigator.onLine ? await sendQueue() : "later";
  document.dispatchEvent(new CustomEvent("grid:queue", { detail: outcome }));
  const waits = (await items()).some((item) => item.state === "waiting");
  if (!quietly) say(waits ? word("saved") : word("sent"));
  if (!waits) return;
  const registration = (await navigator.serviceWorker?.getRegistration()) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await registration?.sync?.register("queue").catch(() => undefined);
}
