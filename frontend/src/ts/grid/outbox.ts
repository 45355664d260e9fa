// The queue as the worker sees it: what waits, what was taken and under which number, what was refused and why.
import { button, make, one, onScreen, shown } from "./page";
import { sendOrWait } from "./holding";
import { forgetItem, type Item, items } from "./store";
import { moment, word } from "./words";

const KEPT = 24 * 3_600_000;

export async function drawState(): Promise<void> {
  const waiting = (await items()).filter((item) => item.state === "waiting").length;
  const refused = (await items()).filter((item) => item.state === "refused").length;
  one("[data-net]").textContent = word(navigator.onLine ? "online" : "offline");
  one("[data-waiting]").textContent = waiting ? word("waiting", waiting) : refused ? word("state-refused") : word("none-waiting");
  if (shown() === "queue") await drawQueue();
}

async function drawQueue(): Promise<void> {
  const all = (await items()).reverse();
  one("[data-queue]").replaceChildren(...all.map(row));
  one("[data-no-queue]").hidden = all.length > 0;
}

function row(item: Item): HTMLElement {
  const line = make("li", { class: item.state === "refused" ? "late" : "" });
  const state = word(`state-${item.state}`);
  line.append(make("p", {}, make("strong", {}, `${word(item.kind)} · ${state}`), ` ${moment(item.madeAt)}`));
  if (item.sentence) line.append(make("p", {}, item.sentence));
  if (item.state !== "waiting") line.append(button(word("seen"), () => void forgetItem(item.key).then(drawState), "link"));
  return line;
}

/** What was taken a day ago needs no line any more; what was refused stays until the worker has seen it. */
export async function tidy(): Promise<void> {
  for (const item of await items()) {
    if (item.state === "taken" && Date.now() - Date.parse(item.madeAt) > KEPT) await forgetItem(item.key);
  }
}

export function followQueue(): void {
  onScreen("queue", drawState);
  one("[data-send-now]").addEventListener("click", () => void sendOrWait());
  document.addEventListener("grid:queue", () => void drawState());
}
