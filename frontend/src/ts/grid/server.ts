// What the app asks of the server: always as this handset, and where it is given something, in its worker's session beside.
import { recall } from "./store";
import { emptyHandset } from "./sending";

const API = "/grid/api/";

/** The server's refusal, in its own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** There is no network, or nobody answers. */
export class NoNetwork extends Error {}

function csrf(): string {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

export async function ask<T>(path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const token = await recall<string>("token");
  if (token) headers["X-Handset"] = token;
  if (body) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = csrf();
  }
  let answer: Response;
  try {
    answer = await fetch(API + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  } catch {
    throw new NoNetwork();
  }
  const said = (await answer.json().catch(() => ({}))) as { message?: string; wipe?: boolean };
  if (said.wipe) await emptyHandset();
  if (!answer.ok) throw new Refused(answer.status, said.message ?? "");
  return said as T;
}
