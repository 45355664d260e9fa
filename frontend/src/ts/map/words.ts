// The interface's sentences, as the server wrote them in the reader's language.

/** What `data-map-words` says. */
export function readWords(element: HTMLElement): Record<string, string> {
  return JSON.parse(element.dataset.mapWords ?? "{}") as Record<string, string>;
}

/** A sentence with its named places filled in. */
export function fill(sentence: string | undefined, said: Record<string, string>): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => said[name] ?? whole);
}
