// The page of the app: which screen is shown, small ways to write elements, and the one line that says what happened.

export function one<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(selector);
  return found;
}

type Attributes = Record<string, string>;

/** An element with text or children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

export function button(text: string, does: () => void, kind = "button button--second"): HTMLButtonElement {
  const made = make("button", { type: "button", class: kind }, text);
  made.addEventListener("click", does);
  return made;
}

type Opens = () => void | Promise<void>;
const opens = new Map<string, Opens>();
let current = "start";

/** What a screen does when it is shown. */
export function onScreen(name: string, does: Opens): void {
  opens.set(name, does);
}

export function screen(name: string): HTMLElement {
  return one(`[data-screen="${name}"]`);
}

export function shown(): string {
  return current;
}

export function show(name: string): void {
  current = name;
  for (const section of document.querySelectorAll<HTMLElement>("[data-screen]")) section.hidden = section.dataset["screen"] !== name;
  const heading = one("[data-heading]");
  heading.textContent = screen(name).dataset["title"] ?? "";
  one("[data-back]").hidden = ["home", "start", "enrol", "gone"].includes(name);
  window.scrollTo(0, 0);
  heading.focus();
  void opens.get(name)?.();
}

/** One line on what happened; read aloud, gone after a while. */
export function say(text: string): void {
  const toast = one("[data-toast]");
  toast.textContent = text;
  window.setTimeout(() => {
    if (toast.textContent === text) toast.textContent = "";
  }, 8_000);
}

export function wrong(name: string, text: string): void {
  one("[data-wrong]", screen(name)).textContent = text;
}
