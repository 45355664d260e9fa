// Queues are worked from the keyboard: j next, k previous, Enter opens (the focused row is a link).

const LINK = "[data-queue-link]";

/** True while the reader is typing, when letters are letters. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function move(step: 1 | -1): void {
  const links = Array.from(document.querySelectorAll<HTMLElement>(LINK));
  if (links.length === 0) return;
  const here = links.findIndex((link) => link === document.activeElement);
  const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next]?.focus();
}

/** Listens for j and k wherever a queue is on the page. */
export function followQueues(): void {
  const steps: Record<string, 1 | -1> = { j: 1, k: -1 };
  document.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (!document.querySelector(LINK)) return;
    event.preventDefault();
    move(step);
  });
}
