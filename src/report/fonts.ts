import { createRequire } from 'node:module';

/** A name of its own, so that a font of the system cannot stand in unnoticed. */
export const FONT_FAMILY = 'DejaVu Sans Bundled';

/** What of the drawing library's fonts is needed here. */
interface FontShelf {
  has(family: string): boolean;
  registerFromPath(path: string, family: string): unknown;
}

/**
 * All weights of the font that slotstorm brings, for everybody who draws in this process: whoever came first with one of them would take the
 * others from those who come after.
 * @throws Error when it could not be registered: without a font there would be no text and no error
 */
export function registerFonts(shelf: FontShelf): void {
  if (shelf.has(FONT_FAMILY)) return;
  const require = createRequire(import.meta.url);
  const files = [
    require.resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2'),
    require.resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2'),
  ];
  for (const file of files) shelf.registerFromPath(file, FONT_FAMILY);
  if (!shelf.has(FONT_FAMILY)) throw new Error(`the font ${FONT_FAMILY} could not be registered from ${files[0]}`);
}
