// Sealing what is to be sent to the server's key, and locking what was taken along with the key of the session. The same derivations as
// the server's `grid/sealing.py`.

import type { Locked } from "./store";

type Bytes = Uint8Array<ArrayBuffer>;
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function joined(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An item's content: four bytes with the length of its JSON, the JSON, its photos. */
export function packed(said: object, photos: Uint8Array[]): Bytes {
  const head = new TextEncoder().encode(JSON.stringify(said));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return joined(length, head, ...photos);
}

/** Seals content for the server alone; bound to the item's key, so that it cannot be handed in under another. */
export async function seal(publicKey: Bytes, key: string, content: Bytes): Promise<Bytes> {
  const theirs = await crypto.subtle.importKey("raw", publicKey, CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const sealing = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: joined(point, publicKey), info: new TextEncoder().encode("huimin.grid.item") },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = new TextEncoder().encode(key);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, sealing, content);
  return joined(point, iv, new Uint8Array(sealed));
}

/** The session's key, as the server released it: it cannot be taken out of the browser's memory again. */
export async function sessionKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function lock(key: CryptoKey, value: unknown): Promise<Locked> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
}

export async function unlock<T>(key: CryptoKey, locked: Locked): Promise<T> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: locked.iv }, key, locked.data);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}
