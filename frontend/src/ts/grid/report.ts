// A report in five taps: open the app, 报告, photo, class, send. The place is that of the moment of the report and can be changed.
import { type Around, ground, handIn, sendOrWait, theDay } from "./holding";
import { button, make, one, onScreen, screen, show, wrong } from "./page";
import { Photos } from "./photos";
import { type Fix, metresBetween, Picker, type Spot, whereAmI } from "./place";
import { recall, remember } from "./store";
import { word } from "./words";

const CLOSE = 100;
const SHOWN = 6;

type Used = Record<string, number>;

export function followReport(): void {
  const form = one<HTMLFormElement>("[data-report]");
  const photos = new Photos(one<HTMLInputElement>("#photo"), one("[data-photos]", form));
  let fix: Fix | null = null;
  let chosen: Spot | null = null;
  let startedAt = "";
  let confirms = "";
  const picker = new Picker(one<SVGSVGElement>("[data-picker]"), (spot) => {
    chosen = spot;
    place();
  });

  const spot = (): Spot | null => chosen ?? fix;
  const classCode = (): string => (new FormData(form).get("class") as string | null) ?? "";

  function place(): void {
    const says = chosen ? word("chosen") : fix ? word("placed", fix.accuracy) : word("no-place");
    one("[data-place]").textContent = says;
    void ground().then(({ cells }) => picker.draw(cells, spot()));
    near();
  }

  /** An open one of the same class close by: it may be the same. */
  function near(): void {
    const note = one("[data-near]");
    const here = spot();
    const code = classCode();
    confirms = "";
    const same = (theDay()?.around ?? []).find((other: Around) => other.class_code === code && code && here && isClose(here, other));
    note.hidden = !same;
    if (!same) return;
    const join = button(word("same"), () => {
      confirms = same.number;
      join.setAttribute("aria-pressed", "true");
    });
    join.setAttribute("aria-pressed", "false");
    note.replaceChildren(word("near", same.number), " ", join);
  }

  function isClose(here: Spot, other: Around): boolean {
    const { longitude, latitude } = other;
    return longitude !== null && latitude !== null && metresBetween(here, { longitude, latitude }) <= CLOSE;
  }

  function choice(code: string, name: string, group: string): HTMLElement {
    const input = make("input", { type: "radio", name: "class", value: code, id: `${group}-${code}` });
    input.addEventListener("change", near);
    return make("label", { class: "carried__class", for: `${group}-${code}` }, input, make("span", {}, name));
  }

  async function classes(): Promise<void> {
    const { classes: groups, recent } = await ground();
    const used = (await recall<Used>("used")) ?? {};
    const names = new Map(groups.flatMap((group) => group.classes.map((one) => [one.code, one.name] as const)));
    const often = Object.keys(used).sort((a, b) => (used[b] ?? 0) - (used[a] ?? 0));
    const first = [...new Set([...often, ...recent, ...names.keys()])].filter((code) => names.has(code)).slice(0, SHOWN);
    one("[data-recent]").replaceChildren(...first.map((code) => choice(code, names.get(code) ?? "", "recent")));
    one("[data-groups]").replaceChildren(
      ...groups.map((group) =>
        make("fieldset", {}, make("legend", {}, group.name), make("div", { class: "carried__classes" }, ...group.classes.map((one) => choice(one.code, one.name, "all")))),
      ),
    );
  }

  async function locate(): Promise<void> {
    chosen = null;
    fix = (await whereAmI()) ?? fix;
    place();
  }

  onScreen("report", async () => {
    startedAt = new Date().toISOString();
    form.reset();
    photos.clear();
    wrong("report", "");
    chosen = fix = null;
    await classes();
    place();
    await locate();
  });
  one("[data-locate]").addEventListener("click", () => void locate());

  async function send(): Promise<void> {
    const said = new FormData(form);
    const address = String(said.get("address") ?? "").trim();
    const description = String(said.get("words") ?? "").trim();
    const code = classCode();
    const here = spot();
    if (!here && !address) {
      one<HTMLDetailsElement>("[data-place-more]", screen("report")).open = true;
      return wrong("report", word("need-place"));
    }
    if (!photos.all.length && !code && !description) return wrong("report", word("need-something"));
    const report = {
      observed_at: startedAt,
      longitude: here?.longitude ?? null,
      latitude: here?.latitude ?? null,
      address,
      class_code: code,
      description,
      urgent: said.get("urgent") !== null,
      confirms,
    };
    await handIn("report", report, photos.all);
    if (code) {
      const used = (await recall<Used>("used")) ?? {};
      await remember("used", { ...used, [code]: (used[code] ?? 0) + 1 });
    }
    show("home");
    await sendOrWait();
  }

  let sending = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    void send().finally(() => (sending = false));
  });
}
