// The firms of a cell with the state of their licences and inspections: asked for when there is a network, carried locked.
import { ground, lockAway, unlocked } from "./holding";
import { make, one, onScreen } from "./page";
import { ask } from "./server";

type Business = { name: string; address: string; lines: string[] };

async function draw(): Promise<void> {
  const cell = one<HTMLSelectElement>("[data-cell]").value;
  const name = `businesses:${cell}`;
  let found: Business[] = [];
  if (cell) {
    try {
      found = (await ask<{ businesses: Business[] }>(`businesses/${cell}/`)).businesses;
      await lockAway(name, found);
    } catch {
      found = (await unlocked<Business[]>(name)) ?? [];
    }
  }
  one("[data-businesses]").replaceChildren(
    ...found.map((business) =>
      make("li", {}, make("strong", {}, business.name), make("p", { class: "soft" }, business.address), ...business.lines.map((line) => make("p", {}, line))),
    ),
  );
  one("[data-no-businesses]").hidden = found.length > 0;
}

export function followBusinesses(): void {
  const choice = one<HTMLSelectElement>("[data-cell]");
  choice.addEventListener("change", () => void draw());
  onScreen("businesses", async () => {
    const { cells } = await ground();
    choice.replaceChildren(...cells.map((cell) => make("option", { value: cell.code }, cell.name)));
    await draw();
  });
}
