// On paper nothing is folded away.

const OPENED = "openedForPrint";

/** Opens every folded part before printing and folds it again afterwards; buttons marked `data-print` print. */
export function followPrinting(): void {
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll<HTMLDetailsElement>("main details:not([open])").forEach((part) => {
      part.open = true;
      part.dataset[OPENED] = "yes";
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll<HTMLDetailsElement>("details[data-opened-for-print]").forEach((part) => {
      part.open = false;
      delete part.dataset[OPENED];
    });
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });
}
