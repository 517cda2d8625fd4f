import { createRequire } from 'node:module';

type CanvasLibrary = typeof import('@napi-rs/canvas');

/** A name of its own, so that a font of the system cannot stand in unnoticed. */
export const FONT_FAMILY = 'DejaVu Sans Bundled';

const require = createRequire(import.meta.url);
let library: CanvasLibrary | undefined;

/** The drawing library with its font: read when the first picture is drawn, not when the emulator starts. */
export function canvasLibrary(): CanvasLibrary {
  library ??= readLibrary();
  return library;
}

function readLibrary(): CanvasLibrary {
  const read = require('@napi-rs/canvas') as CanvasLibrary;
  if (!read.GlobalFonts.has(FONT_FAMILY)) {
    read.GlobalFonts.registerFromPath(require.resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2'), FONT_FAMILY);
  }
  return read;
}
