// What the handset keeps in IndexedDB: what it is known by, what waits to be sent (sealed), what was taken along (locked).
// The keys of both are never written here (decision 28).
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";

const NAME = "huimin-grid";

export type Kind = "report" | "step" | "visit" | "patrol";
export type Locked = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };

/** Something to hand in: sealed content until it is answered, the answer afterwards. */
export type Item = {
  key: string;
  kind: Kind;
  madeAt: string;
  state: "waiting" | "taken" | "refused";
  sealed: Uint8Array<ArrayBuffer> | null;
  number: string;
  sentence: string;
};

interface Kept extends DBSchema {
  meta: { key: string; value: unknown };
  queue: { key: string; value: Item; indexes: { madeAt: string } };
  taken: { key: string; value: Locked };
}

let opened: Promise<IDBPDatabase<Kept>> | null = null;

function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("meta");
      db.createObjectStore("queue", { keyPath: "key" }).createIndex("madeAt", "madeAt");
      db.createObjectStore("taken");
    },
    // Another page of the app empties or renews the store: this one lets go.
    blocking() {
      void opened?.then((db) => db.close());
      opened = null;
    },
  });
  return opened;
}

export async function remember(name: string, value: unknown): Promise<void> {
  await (await database()).put("meta", value, name);
}

export async function recall<T>(name: string): Promise<T | undefined> {
  return (await (await database()).get("meta", name)) as T | undefined;
}

export async function keepItem(item: Item): Promise<void> {
  const db = await database();
  // Written through to the disk before the worker is told that it is kept.
  const done = db.transaction("queue", "readwrite", { durability: "strict" });
  await done.store.put(item);
  await done.done;
}

export async function items(): Promise<Item[]> {
  return (await database()).getAllFromIndex("queue", "madeAt");
}

export async function forgetItem(key: string): Promise<void> {
  await (await database()).delete("queue", key);
}

export async function putLocked(name: string, value: Locked): Promise<void> {
  await (await database()).put("taken", value, name);
}

export async function getLocked(name: string): Promise<Locked | undefined> {
  return (await database()).get("taken", name);
}

export async function lockedNames(): Promise<string[]> {
  return (await database()).getAllKeys("taken");
}

export async function dropLocked(name: string): Promise<void> {
  await (await database()).delete("taken", name);
}

/** Forgets everything: the store itself goes. */
export async function wipe(): Promise<void> {
  (await opened)?.close();
  opened = null;
  await deleteDB(NAME);
}
