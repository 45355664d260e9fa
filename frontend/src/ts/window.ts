// The window's intake goes on through a short cut of the line: what was typed stays on the page and is sent again by itself.
// Nothing is written to the browser's storage. The server knows the form by its draft's number, so a form sent twice lodges once.

const FORM = "form[data-keep]";
const WAIT = 3000;

let shownPath = window.location.pathname;

/** Where the clerk goes on: the first thing that is still empty, else the button. */
function startAtNext(): void {
  document.querySelector<HTMLElement>("[data-next] :is(input, select, textarea, button, a):not([type=hidden])")?.focus();
}

/** Resolves after a while, or as soon as the browser says that the line is back. */
function lineMayBeBack(): Promise<void> {
  return new Promise((done) => {
    const timer = window.setTimeout(go, WAIT);
    function go(): void {
      window.clearTimeout(timer);
      window.removeEventListener("online", go);
      done();
    }
    window.addEventListener("online", go);
  });
}

/** Sends until there is an answer; only a line that is cut is tried again, never an answer of the server. */
async function sent(form: HTMLFormElement, body: FormData): Promise<Response> {
  const notice = form.querySelector("[data-keep-notice]");
  for (;;) {
    try {
      return await fetch(window.location.href, { method: "POST", body, credentials: "same-origin" });
    } catch {
      if (notice) notice.textContent = form.dataset.waiting ?? "";
      await lineMayBeBack();
    }
  }
}

/** Puts the answer in the page's place, under its own address. */
async function show(answer: Response): Promise<void> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document.querySelector(".frame__page"), page.querySelector(".frame__page")];
  if (!old || !fresh) {
    window.location.assign(answer.url);
    return;
  }
  old.replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  if (answer.url !== window.location.href) window.history.pushState(null, "", answer.url);
  shownPath = window.location.pathname;
  window.scrollTo(0, 0);
  startAtNext();
}

/** Takes over the sending of forms that are to be kept, and sets the focus where the clerk goes on. */
export function followIntake(): void {
  document.addEventListener("DOMContentLoaded", startAtNext);
  window.addEventListener("popstate", () => {
    if (window.location.pathname !== shownPath) window.location.reload();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(FORM) || event.defaultPrevented) return;
    event.preventDefault();
    void sent(form, new FormData(form, event.submitter)).then(show);
  });
}
