// The command centre: an alarm that nobody has taken can be heard, where the reader wants it. The choice is kept on this machine.
const CHOICE = "huimin.alarm-sound";
const PITCHES = [880, 660, 880];
const LENGTH = 0.18;

let audio: AudioContext | null = null;

function isOn(): boolean {
  return localStorage.getItem(CHOICE) === "on";
}

/** Three short notes; silent until the reader has pressed the button once, as browsers demand. */
function ring(): void {
  if (!audio || audio.state !== "running") return;
  PITCHES.forEach((pitch, place) => {
    const note = audio!.createOscillator();
    note.frequency.value = pitch;
    note.connect(audio!.destination);
    note.start(audio!.currentTime + place * LENGTH);
    note.stop(audio!.currentTime + (place + 1) * LENGTH);
  });
}

/** The board has come anew: show the button, and ring while something sounds. */
function follow(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-alarm-sound]");
  if (!button) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isOn()));
  if (isOn() && document.querySelector("[data-alarms]")) ring();
}

function choose(event: Event): void {
  if (!(event.target instanceof Element) || !event.target.closest("[data-alarm-sound]")) return;
  localStorage.setItem(CHOICE, isOn() ? "off" : "on");
  audio ??= new AudioContext();
  void audio.resume().then(follow);
}

document.addEventListener("DOMContentLoaded", follow);
document.addEventListener("htmx:afterSettle", follow);
document.addEventListener("click", choose);
