// The hotline's desk by keyboard: Alt and a letter press the button or follow the link that names it (data-alt), from any field.

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing || !event.code.startsWith("Key")) return;
  const named = document.querySelector<HTMLElement>(`[data-alt="${event.code.slice(3).toLowerCase()}"]`);
  if (!named) return;
  event.preventDefault();
  named.click();
});
