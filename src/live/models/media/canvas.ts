import { createRequire } from 'node:module';
import { registerFonts } from '../../../report/fonts.js';

type CanvasLibrary = typeof import('@napi-rs/canvas');

const require = createRequire(import.meta.url);
let library: CanvasLibrary | undefined;

/** The drawing library with its font: read when the first picture is drawn, not when the emulator starts. */
export function canvasLibrary(): CanvasLibrary {
  library ??= readLibrary();
  return library;
}

function readLibrary(): CanvasLibrary {
  const read = require('@napi-rs/canvas') as CanvasLibrary;
  registerFonts(read.GlobalFonts);
  return read;
}
