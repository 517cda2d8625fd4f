import { type ChartTheme, DARK, drawHatch, HATCH_SCALE, HATCH_TILE_PX, LIGHT } from '../../charts/theme.js';

/** The colours of charts on this screen, or on paper, with the hatch of ghosts. */
export function pageTheme(medium: 'screen' | 'print'): ChartTheme {
  const dark = medium === 'screen' && matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = dark ? DARK : LIGHT;
  const tile = document.createElement('canvas');
  tile.width = HATCH_TILE_PX;
  tile.height = HATCH_TILE_PX;
  const context = tile.getContext('2d');
  if (context === null) return theme;
  drawHatch(context, theme);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(HATCH_SCALE));
  return pattern === null ? theme : { ...theme, ghost: pattern };
}
