// The sentences of the app in the reader's language: the shell carries them, so that they are there without a network.

let known: Map<string, string> | null = null;

export function word(name: string, n: string | number = ""): string {
  if (!known) {
    const kept = document.querySelector<HTMLTemplateElement>("#sentences")?.content.querySelectorAll<HTMLElement>("[data-word]");
    known = new Map(Array.from(kept ?? [], (one) => [one.dataset["word"] ?? "", one.textContent ?? ""]));
  }
  return (known.get(name) ?? name).replace("{n}", String(n));
}

/** A moment as the reader's language writes it. */
export function moment(iso: string): string {
  const options: Intl.DateTimeFormatOptions = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Date(iso).toLocaleString(document.documentElement.lang, options);
}
