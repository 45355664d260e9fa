// Photos are made small on the handset before they are kept: the longest edge 1600 pixels, JPEG, at most some 400 KB each, at most three.
// Drawing them anew leaves behind what the camera wrote into the file; the moment it was taken is kept apart.
import { button, make } from "./page";
import { word } from "./words";

const EDGE = 1_600;
const MOST_BYTES = 400_000;
export const MOST_PHOTOS = 3;

export type Photo = { bytes: Uint8Array; takenAt: string };

async function encoded(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("photo"))), "image/jpeg", quality),
  );
}

export async function compressed(file: File): Promise<Photo> {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, EDGE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  let blob = await encoded(canvas, 0.8);
  for (const quality of [0.65, 0.5, 0.35]) if (blob.size > MOST_BYTES) blob = await encoded(canvas, quality);
  return { bytes: new Uint8Array(await blob.arrayBuffer()), takenAt: new Date(file.lastModified || Date.now()).toISOString() };
}

/** The photos of one form: chosen with its file input, shown in its list, each can be taken away again. */
export class Photos {
  private photos: Photo[] = [];
  private readonly list: HTMLElement;

  constructor(private readonly input: HTMLInputElement, list: HTMLElement) {
    this.list = list;
    input.addEventListener("change", () => void this.add());
  }

  private async add(): Promise<void> {
    for (const file of Array.from(this.input.files ?? []).slice(0, MOST_PHOTOS - this.photos.length)) {
      try {
        this.photos.push(await compressed(file));
      } catch {
        // No photo that this browser can read: nothing is added, and the list shows that.
      }
    }
    this.input.value = "";
    this.draw();
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.photos.map((photo, place) => {
        const drop = button(`${word("remove")} ${place + 1}`, () => this.drop(place), "link");
        const image = make("img", { alt: word("photo", place + 1), width: "96" });
        const reader = new FileReader();
        reader.addEventListener("load", () => (image.src = String(reader.result)));
        reader.readAsDataURL(new Blob([photo.bytes as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
        return make("li", {}, image, drop);
      }),
    );
  }

  private drop(place: number): void {
    this.photos.splice(place, 1);
    this.draw();
  }

  get all(): Photo[] {
    return this.photos;
  }

  clear(): void {
    this.photos = [];
    this.draw();
  }
}
