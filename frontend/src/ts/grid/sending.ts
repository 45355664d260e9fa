// Hands in what waits: in the page, or in the service worker when the network is back and no page is open. An item leaves the queue only
// by its answer, so whatever dies in between is sent again, and the server, which knows its key, answers as before.
import { type Item, items, keepItem, recall, wipe } from "./store";
import { toBase64 } from "./sealing";

const API = "/grid/api/";
const MOST_ITEMS = 20;
const MOST_BYTES = 1_500_000;
const LOCK = "huimin-grid-sending";

type Answer = { key: string; status: "taken" | "refused" | "later"; number: string; sentence: string };
export type Outcome = "sent" | "nothing" | "later" | "gone";

/** The server no longer trusts this handset: everything that it holds goes. */
export async function emptyHandset(): Promise<void> {
  const token = await recall<string>("token");
  await wipe();
  for (const name of await caches.keys()) if (name.startsWith("huimin-grid-")) await caches.delete(name);
  if (token) await fetch(`${API}wiped/`, { method: "POST", headers: { "X-Handset": token } }).catch(() => undefined);
}

/** What fits into one request: the oldest first, always at least one. */
function batch(waiting: Item[]): Item[] {
  const chosen: Item[] = [];
  let bytes = 0;
  for (const item of waiting) {
    bytes += item.sealed?.length ?? 0;
    if (chosen.length && (bytes > MOST_BYTES || chosen.length >= MOST_ITEMS)) break;
    chosen.push(item);
  }
  return chosen;
}

async function sendAll(): Promise<Outcome> {
  const token = await recall<string>("token");
  if (!token) return "nothing";
  let outcome: Outcome = "nothing";
  const tried = new Set<string>();
  for (;;) {
    const waiting = (await items()).filter((item) => item.state === "waiting" && item.sealed && !tried.has(item.key));
    const chosen = batch(waiting);
    if (!chosen.length) return outcome;
    chosen.forEach((item) => tried.add(item.key));
    const body = chosen.map((item) => ({ key: item.key, kind: item.kind, sealed: toBase64(item.sealed ?? new Uint8Array()) }));
    let answer: Response;
    try {
      answer = await fetch(`${API}items/`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Handset": token },
        body: JSON.stringify({ items: body }),
      });
    } catch {
      return "later";
    }
    if (answer.status === 410) {
      await emptyHandset();
      return "gone";
    }
    if (!answer.ok) return "later";
    const { answers } = (await answer.json()) as { answers: Answer[] };
    for (const one of answers) {
      const item = chosen.find((own) => own.key === one.key);
      if (!item) continue;
      if (one.status === "later") {
        outcome = "later";
        continue;
      }
      await keepItem({ ...item, state: one.status, sealed: null, number: one.number, sentence: one.sentence });
      if (outcome === "nothing") outcome = "sent";
    }
  }
}

/** Sends what waits, once at a time over all pages and the service worker of this handset. */
export async function sendQueue(): Promise<Outcome> {
  if (!("locks" in navigator)) return sendAll();
  return (await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? sendAll() : "nothing"))) as Outcome;
}
