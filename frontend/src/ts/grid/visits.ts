// Household visits: houses of my cells are opened where there is a network and carried locked; at the door each registered person is
// still here, moved away or changed, and new people are written down.
import { ground, handIn, lockAway, sendOrWait, unlocked } from "./holding";
import { button, make, one, onScreen, say, show, wrong } from "./page";
import { ask, NoNetwork, Refused } from "./server";
import { dropLocked, lockedNames } from "./store";
import { moment, word } from "./words";

type Found = { key: string; address: string; residents: number; visited_at: string };
type Value = { field: string; label: string; text: string; source: string; day: string };
type Person = { person: string; kinds: string[]; values: Value[] };
type House = { key: string; address: string; until: string; people: Person[] };

const CARRIED = "house:";
const ANSWERS = ["here", "moved", "changed"];

let house: House | null = null;
let after = "";
let newcomers = 0;

async function carried(): Promise<House[]> {
  const names = (await lockedNames()).filter((name) => name.startsWith(CARRIED));
  const houses: House[] = [];
  for (const name of names) {
    const kept = await unlocked<House>(name);
    if (!kept) continue;
    if (Date.parse(kept.until) < Date.now()) await dropLocked(name);
    else houses.push(kept);
  }
  return houses;
}

async function drawCarried(): Promise<void> {
  const houses = await carried();
  one("[data-prepared]").replaceChildren(
    ...houses.map((kept) => make("li", {}, button(kept.address, () => enter(kept), "link"), make("p", { class: "soft" }, word("until", moment(kept.until))))),
  );
  one("[data-no-prepared]").hidden = houses.length > 0;
}

function enter(chosen: House): void {
  house = chosen;
  show("house");
}

async function open(key: string): Promise<void> {
  const houses = await carried();
  const known = houses.find((one) => one.key === key);
  const { most } = (await ground()).visit;
  if (!known && houses.length >= most) return wrong("houses", word("most", most));
  const opened = known ?? (await ask<House>(`houses/${encodeURIComponent(key)}/`));
  await lockAway(CARRIED + key, opened);
  enter(opened);
}

async function find(words: string, more: boolean): Promise<void> {
  const asked = new URLSearchParams({ words, after: more ? after : "" });
  const answer = await ask<{ houses: Found[]; after: string }>(`houses/?${asked.toString()}`);
  after = answer.after;
  const rows = answer.houses.map((found) =>
    make(
      "li",
      {},
      button(found.address, () => void attempt(() => open(found.key)), "link"),
      make("p", { class: "soft" }, [word("residents", found.residents), found.visited_at ? word("visited", moment(found.visited_at)) : ""].filter(Boolean).join(" · ")),
    ),
  );
  const list = one("[data-found]");
  if (more) list.append(...rows);
  else list.replaceChildren(...rows);
  one("[data-more]").hidden = !after;
}

async function attempt(does: () => Promise<void>): Promise<void> {
  wrong("houses", "");
  try {
    await does();
  } catch (problem) {
    wrong("houses", problem instanceof NoNetwork ? word("need-net") : problem instanceof Refused ? problem.message : word("failed"));
  }
}

function question(label: string, name: string, type = "text"): HTMLElement {
  const id = `v-${name}`;
  return make("div", { class: "question" }, make("label", { for: id }, label), make("input", { type, name, id, autocomplete: "off", maxlength: "200" }));
}

function personForm(person: Person, place: number): HTMLElement {
  const name = person.values.find((value) => value.field === "name")?.text ?? "";
  const box = make("fieldset", { class: "question carried__person" }, make("legend", {}, name));
  const facts = person.values.filter((value) => value.field !== "name" && value.field !== "residence_address");
  box.append(make("p", { class: "soft" }, [person.kinds.map((kind) => word(kind)).join("、"), ...facts.map((value) => `${value.label} ${value.text}`)].join(" · ")));
  const more = make("div", {});
  const choices = make("div", {});
  for (const answer of ANSWERS) {
    const input = make("input", { type: "radio", name: `what-${place}`, value: answer });
    input.addEventListener("change", () => {
      more.replaceChildren();
      if (answer === "moved") more.append(question(word("moved-to"), `to-${place}`));
      if (answer === "changed") more.append(question(word("new-phone"), `phone-${place}`, "tel"));
    });
    choices.append(make("label", {}, input, make("span", {}, word(answer))));
  }
  box.append(choices, more);
  return box;
}

function newcomerForm(place: number): HTMLElement {
  return make(
    "fieldset",
    { class: "question carried__person" },
    make("legend", {}, word("new-person", place + 1)),
    question(word("new-name"), `new-name-${place}`),
    question(word("new-id"), `new-id-${place}`),
    question(word("new-phone"), `new-phone-${place}`, "tel"),
    question(word("kinship"), `new-kinship-${place}`),
  );
}

function gathered(form: HTMLFormElement, visited: House): object[] | string {
  const said = new FormData(form);
  const text = (name: string): string => String(said.get(name) ?? "").trim();
  const given = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value));
  const found: object[] = [];
  for (const [place, person] of visited.people.entries()) {
    const what = text(`what-${place}`);
    if (!what) return word("need-answers");
    found.push({ what, person: person.person, values: given({ residence_address: text(`to-${place}`), phone: text(`phone-${place}`) }) });
  }
  for (let place = 0; place < newcomers; place += 1) {
    const values = given({
      name: text(`new-name-${place}`),
      citizen_id: text(`new-id-${place}`),
      phone: text(`new-phone-${place}`),
      kinship: text(`new-kinship-${place}`),
    });
    if (!Object.keys(values).length) continue;
    if (!values["name"]) return word("need-name");
    found.push({ what: "new", values });
  }
  return found.length ? found : word("need-name");
}

export function followVisits(): void {
  const search = one<HTMLFormElement>("[data-find]");
  const form = one<HTMLFormElement>("[data-visit]");
  onScreen("houses", drawCarried);
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => find(one<HTMLInputElement>("#find").value.trim(), false));
  });
  one("[data-more]").addEventListener("click", () => void attempt(() => find(one<HTMLInputElement>("#find").value.trim(), true)));
  one("[data-add-person]").addEventListener("click", () => {
    one("[data-new-people]").append(newcomerForm(newcomers));
    newcomers += 1;
    one<HTMLInputElement>(`#v-new-name-${newcomers - 1}`).focus();
  });
  onScreen("house", () => {
    if (!house) return show("houses");
    wrong("house", "");
    newcomers = 0;
    one("[data-address]").textContent = house.address;
    one("[data-new-people]").replaceChildren();
    const people = house.people.map(personForm);
    one("[data-people]").replaceChildren(...(people.length ? people : [make("p", { class: "soft" }, word("nobody-here"))]));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const visited = house;
    if (!visited) return;
    const found = gathered(form, visited);
    if (typeof found === "string") return wrong("house", found);
    void handIn("visit", { house: visited.key, seen_at: new Date().toISOString(), found })
      .then(async () => {
        // What was carried for this visit has done its work.
        await dropLocked(CARRIED + visited.key);
        house = null;
        show("houses");
        await sendOrWait();
      })
      .catch(() => say(word("failed")));
  });
}
