// The grid worker's app. It opens without a network; what it holds, and what of that it can read, says grid/holding.ts.
import { followBusinesses } from "../grid/businesses";
import { ground, hasKey, openSession, recallDay, sendOrWait, takeDay, theDay } from "../grid/holding";
import { drawState, followQueue, tidy } from "../grid/outbox";
import { make, one, onScreen, show, shown, wrong } from "../grid/page";
import { followPatrol } from "../grid/patrol";
import { followReport } from "../grid/report";
import { ask, NoNetwork, Refused } from "../grid/server";
import { recall, remember } from "../grid/store";
import { drawTasks, followTasks, placeTasks } from "../grid/tasks";
import { followVisits } from "../grid/visits";
import { word } from "../grid/words";

const AGAIN = 30_000;
const DAY_AGAIN = 120_000;
const UNAUTHORISED = 401;
const GONE = 410;

async function drawHome(): Promise<void> {
  const day = theDay();
  one("[data-who]").textContent = day ? word("hello", day.worker) : "";
  one("[data-locked]").hidden = hasKey();
  const { cells } = await ground();
  one("[data-cells]").replaceChildren(...cells.map((cell) => make("li", {}, `${cell.name} ${cell.code}`)));
  await drawTasks();
}

/** Takes the day anew where there is a network and a session; without either, what can be read of it stays. */
async function refresh(): Promise<void> {
  try {
    if (!hasKey()) await openSession();
    await takeDay();
  } catch (problem) {
    if (problem instanceof Refused && problem.status === GONE) return show("gone");
    if (!(problem instanceof NoNetwork || problem instanceof Refused)) throw problem;
    await recallDay();
  }
  if (shown() === "home") await drawHome();
}

async function send(): Promise<void> {
  await sendOrWait(true);
  await drawState();
}

async function start(): Promise<void> {
  await drawState();
  if (!(await recall<string>("token"))) return show("enrol");
  show("home");
  await tidy();
  await refresh();
  await placeTasks();
  await send();
}

function followEnrolment(): void {
  const form = one<HTMLFormElement>("[data-enrol]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = new FormData(form);
    wrong("enrol", "");
    ask<{ handset: string; token: string }>("enrol/", { code: said.get("code"), name: said.get("name") || navigator.platform })
      .then(async ({ handset, token }) => {
        await remember("handset", handset);
        await remember("token", token);
        await start();
      })
      .catch((problem: unknown) => {
        if (problem instanceof Refused && problem.status === UNAUTHORISED) return show("sign-in");
        wrong("enrol", problem instanceof Refused ? problem.message : word("offline"));
      });
  });
}

/** Language and elder mode are the city's own, so the server remembers them; the shell comes back in them. */
function followReading(): void {
  for (const control of document.querySelectorAll<HTMLElement>("[data-read]")) {
    control.addEventListener("click", () => {
      const what = control.dataset["read"] ?? "";
      const form = make("form", { method: "post", action: `/reading/${what}/` });
      const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
      for (const [name, value] of [["csrfmiddlewaretoken", token], ["next", "/grid/"], [what, control.dataset["value"] ?? ""]] as const) {
        form.append(make("input", { type: "hidden", name, value }));
      }
      document.body.append(form);
      form.submit();
    });
  }
  onScreen("settings", async () => {
    const number = await recall<string>("handset");
    one("[data-device]").textContent = number ? word("device", number) : "";
  });
}

document.addEventListener("click", (event) => {
  const control = (event.target as Element).closest<HTMLElement>("[data-go]");
  if (control) show(control.dataset["go"] ?? "home");
});
window.addEventListener("online", () => void refresh().then(send));
window.addEventListener("offline", () => void drawState());
window.setInterval(() => void send(), AGAIN);
window.setInterval(() => {
  if (document.visibilityState === "visible" && navigator.onLine) void refresh();
}, DAY_AGAIN);
navigator.serviceWorker?.addEventListener("message", () => void drawState());
if ("serviceWorker" in navigator) {
  void navigator.serviceWorker.register(document.body.dataset["worker"] ?? "/grid/worker.js", { scope: "/grid/" });
}
onScreen("home", drawHome);
document.addEventListener("grid:queue", (event) => {
  if ((event as CustomEvent<string>).detail === "gone") show("gone");
  if ((event as CustomEvent<string>).detail === "sent") void refresh();
});
followEnrolment();
followReport();
followTasks();
followQueue();
followVisits();
followBusinesses();
followReading();
void followPatrol();
void start();
