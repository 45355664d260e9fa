// The service worker of the worker's app, scope /grid/: keeps the shell at hand and sends what waits when the network is back.
// `self.SHELL` is written before this script by the server: what to keep, and the version that a new build makes new.
import { sendQueue } from "../grid/sending";

type Waits = Event & { waitUntil(done: Promise<unknown>): void };
type Fetches = Waits & { request: Request; respondWith(answer: Promise<Response>): void };
type Scope = {
  SHELL: { version: string; kept: string[] };
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void>; matchAll(): Promise<{ postMessage(message: unknown): void }[]> };
  addEventListener(kind: "install" | "activate", does: (event: Waits) => void): void;
  addEventListener(kind: "sync", does: (event: Waits & { tag: string }) => void): void;
  addEventListener(kind: "fetch", does: (event: Fetches) => void): void;
};

const scope = self as unknown as Scope;
const CACHE = `huimin-grid-${scope.SHELL.version}`;
const PATIENCE = 4_000;

async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(scope.SHELL.kept.map((path) => new Request(path, { cache: "reload" })));
  await scope.skipWaiting();
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("huimin-grid-") && name !== CACHE) await caches.delete(name);
  }
  await scope.clients.claim();
}

/** The network's answer if it comes in time, else the kept one. */
async function freshOrKept(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const kept = async (): Promise<Response> => (await caches.match(path)) ?? Response.error();
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (!fresh.ok) return fresh;
    const cache = await caches.open(CACHE);
    // A store that was emptied since stays empty: only what the shell says is kept anew.
    if ((await cache.match(path)) !== undefined) await cache.put(path, fresh.clone());
    return fresh;
  } catch {
    return kept();
  }
}

scope.addEventListener("install", (event) => event.waitUntil(keepShell()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !scope.SHELL.kept.includes(pathname)) return;
  event.respondWith(freshOrKept(event.request));
});
scope.addEventListener("sync", (event) => {
  if (event.tag !== "queue") return;
  event.waitUntil(
    sendQueue().then(async (outcome) => {
      for (const page of await scope.clients.matchAll()) page.postMessage({ queue: outcome });
      // The browser tries again, ever later, while there is something that the server could not take.
      if (outcome === "later") throw new Error("later");
    }),
  );
});
