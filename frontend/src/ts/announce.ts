// A refusal that answers an htmx request arrives as a short message, and the page stays as it is.

/** Lets an answer that names its own place be shown there even when it is a refusal, and says when the line is cut. */
export function announce(): void {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
    if (detail.xhr.getResponseHeader("HX-Retarget")) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:responseError", () => say("failed"));
}

/** Shows one of the sentences that the page carries for this, already in the reader's language. */
function say(kind: "offline" | "failed"): void {
  const place = document.getElementById("toasts");
  const sentence = place?.getAttribute(`data-${kind}`);
  if (!place || !sentence) return;
  const toast = document.createElement("p");
  toast.className = "toast toast--due";
  toast.textContent = sentence;
  place.replaceChildren(toast);
}
