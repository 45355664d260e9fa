// Builds what the pages load into the ui app's static folder: page.css, and one script for each file of src/ts/entries. page.js is
// loaded everywhere, the others (a map, an app for a handset) only where a page asks for them.
import { build } from "esbuild";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";
import { icons } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "huimin", "platform", "ui", "static", "ui", "build");

async function scripts() {
  const entries = join(here, "src/ts/entries");
  await build({
    entryPoints: (await readdir(entries)).map((name) => join(entries, name)),
    outdir: out,
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
  await Promise.all([scripts(), styles(), icons(out)]);
}

await rm(out, { recursive: true, force: true });
await all();
if (process.argv.includes("--watch")) {
  watch(join(here, "src"), { recursive: true }, () => all().catch((problem) => console.error(problem.message)));
}
