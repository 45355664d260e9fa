// My tasks, the near ones first: what to verify and what to check, done on the spot with a photo, with or without a network.
import { handIn, hasKey, sendOrWait, type Task, theDay } from "./holding";
import { button, make, one, onScreen, say, show, wrong } from "./page";
import { Photos } from "./photos";
import { metresBetween, type Spot, whereAmI } from "./place";
import { items, recall, remember } from "./store";
import { moment, word } from "./words";

type Done = Record<string, string>;

let here: Spot | null = null;
let chosen: Task | null = null;

function away(task: Task): number {
  const { longitude, latitude } = task;
  return here && longitude !== null && latitude !== null ? metresBetween(here, { longitude, latitude }) : Infinity;
}

/** Tasks that wait in the queue, by work item: they are not shown as still to do. */
async function pending(): Promise<Set<string>> {
  const done = (await recall<Done>("steps")) ?? {};
  const waiting = new Set((await items()).filter((item) => item.state !== "refused").map((item) => item.key));
  return new Set(Object.keys(done).filter((item) => waiting.has(done[item] ?? "")));
}

export async function drawTasks(): Promise<void> {
  const list = one("[data-tasks]");
  const done = await pending();
  const tasks = [...(theDay()?.tasks ?? [])].sort((a, b) => Number(b.urgent) - Number(a.urgent) || away(a) - away(b));
  list.replaceChildren(...tasks.map((task) => row(task, done.has(task.item))));
  one("[data-no-tasks]").hidden = tasks.length > 0 || !hasKey();
}

function row(task: Task, isDone: boolean): HTMLElement {
  const far = away(task);
  const late = task.due_at && Date.parse(task.due_at) < Date.now();
  const facts = [
    task.urgent ? word("urgent") : "",
    Number.isFinite(far) ? word("metres", Math.round(far)) : "",
    late ? word("late") : task.due_at ? word("due", moment(task.due_at)) : "",
    isDone ? word("pending") : "",
  ];
  const open = button(`${task.name} · ${task.title || task.number}`, () => {
    chosen = task;
    show("task");
  }, "link");
  open.disabled = isDone;
  return make("li", late ? { class: "late" } : {}, open, make("p", { class: "soft" }, [task.address, ...facts].filter(Boolean).join(" · ")));
}

export function followTasks(): void {
  const form = one<HTMLFormElement>("[data-step]");
  const photos = new Photos(one<HTMLInputElement>("#step-photo"), one("[data-photos]", form));

  onScreen("task", () => {
    if (!chosen) return show("home");
    form.reset();
    photos.clear();
    wrong("task", "");
    const facts: [string, string][] = [
      [word("number"), chosen.number],
      [word("what"), chosen.title],
      [word("where"), chosen.address],
      [word("said"), chosen.description],
    ];
    one("[data-task]").replaceChildren(
      ...facts.filter(([, text]) => text).map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text))),
    );
    one("[data-outcomes]").replaceChildren(
      ...chosen.outcomes.map((outcome) =>
        make("label", {}, make("input", { type: "radio", name: "outcome", value: outcome.code }), make("span", {}, outcome.label)),
      ),
    );
  });

  async function send(): Promise<void> {
    if (!chosen) return;
    const said = new FormData(form);
    const outcome = chosen.outcomes.find((one) => one.code === said.get("outcome"));
    const note = String(said.get("note") ?? "").trim();
    if (!outcome) return wrong("task", word("need-outcome"));
    if (outcome.reason && !note) return wrong("task", word("need-reason"));
    const key = await handIn("step", { item: chosen.item, incident: chosen.number, step: chosen.step, outcome: outcome.code, note }, photos.all);
    await remember("steps", { ...((await recall<Done>("steps")) ?? {}), [chosen.item]: key });
    show("home");
    await sendOrWait();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send().catch(() => say(word("failed")));
  });
}

/** Where the worker is now, so that near tasks come first. */
export async function placeTasks(): Promise<void> {
  here = (await whereAmI()) ?? here;
  await drawTasks();
}
