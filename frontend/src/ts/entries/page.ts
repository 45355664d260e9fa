// What every page loads. Everything on a page works without this file; it only makes it quicker.
import htmx from "htmx.org";
import { announce } from "../announce";
import { followPrinting } from "../printing";
import { followQueues } from "../queue";
import { followIntake } from "../window";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
document.documentElement.classList.add("scripted");

/** A form that came back with mistakes starts at the list of them. */
function startAtMistakes(): void {
  document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}

/** Buttons marked so send their form at once, for example a language chosen from a list. */
function sendOnChange(event: Event): void {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.matches("[data-send-on-change]")) {
    field.form?.requestSubmit();
  }
}

/** A second press of the same button sends nothing twice. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
}

/** Coming back with the back button, a form may be sent again. */
function forgetSent(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => delete form.dataset.sent);
}

document.addEventListener("DOMContentLoaded", startAtMistakes);
document.addEventListener("change", sendOnChange);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", forgetSent);
announce();
followPrinting();
followQueues();
followIntake();
