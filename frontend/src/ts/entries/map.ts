// Loaded by pages that have a map; a map that arrives later, in a part of a page, is started as well.
import { followMaps } from "../map";

document.addEventListener("DOMContentLoaded", followMaps);
document.addEventListener("htmx:load", followMaps);
if (document.readyState !== "loading") followMaps();
