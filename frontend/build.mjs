// Builds what the pages load: page.js, page.css and the city-independent marks, into the ui app's static folder.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "huimin", "platform", "ui", "static", "ui", "build");

async function scripts() {
  await build({
    entryPoints: [join(here, "src/ts/page.ts")],
    outfile: join(out, "page.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020"],
    legalComments: "none",
    logLevel: "warning",
  });
}

async function styles() {
  const { css } = sass.compile(join(here, "src/scss/page.scss"), { style: "compressed", charset: false });
  await writeFile(join(out, "page.css"), css);
}

async function all() {
  await mkdir(out, { recursive: true });
  await Promise.all([scripts(), styles()]);
}

await rm(out, { recursive: true, force: true });
await all();
if (process.argv.includes("--watch")) {
  watch(join(here, "src"), { recursive: true }, () => all().catch((problem) => console.error(problem.message)));
}
