/** Okabe–Ito hues, which stay apart for colour-blind readers. Sky and orange are fills only: they need a darker outline. */
export interface ChartTheme {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly live: string;
  readonly liveEdge: string;
  readonly starting: string;
  readonly startingEdge: string;
  /** Hatched where a canvas is at hand. Ghosts are told by hatch, outline and label, not by colour alone. */
  readonly ghost: string | CanvasPattern;
  readonly ghostEdge: string;
  readonly queue: string;
  readonly limit: string;
  readonly mark: string;
  readonly recovery: string;
  /** A stretch in which a step of the scenario holds: a cut, a pause. */
  readonly window: string;
  readonly lines: readonly string[];
  /** Fills of the bars of different keys, with their outlines. */
  readonly bars: readonly (readonly [fill: string, edge: string])[];
  /** A picture that stands alone carries its title and the list of marks; in the page both are text around it. */
  readonly standalone: boolean;
}

const VERMILION = '#D55E00';

export const LIGHT: ChartTheme = {
  text: '#1d2733',
  muted: '#55606e',
  grid: '#e4e8ed',
  surface: '#ffffff',
  live: '#8fcdf2',
  liveEdge: '#0072B2',
  starting: '#f3d38a',
  startingEdge: '#8a6100',
  ghost: VERMILION,
  ghostEdge: '#5c2800',
  queue: '#0072B2',
  limit: '#1d2733',
  mark: '#55606e',
  recovery: 'rgba(85, 96, 110, 0.08)',
  window: 'rgba(168, 72, 124, 0.13)',
  lines: [VERMILION, '#0072B2', '#007a59', '#a8487c', '#8a6100', '#1d2733'],
  bars: [
    ['#8fcdf2', '#0072B2'],
    ['#8ed6bf', '#007a59'],
    ['#e9c3d8', '#a8487c'],
    ['#d5dae1', '#55606e'],
  ],
  standalone: false,
};

export const DARK: ChartTheme = {
  text: '#e8edf3',
  muted: '#a4b0be',
  grid: '#2a3441',
  surface: '#161c24',
  live: '#2f6f99',
  liveEdge: '#7cc8f5',
  starting: '#5c4710',
  startingEdge: '#E69F00',
  ghost: VERMILION,
  ghostEdge: '#ffd3b3',
  queue: '#56B4E9',
  limit: '#e8edf3',
  mark: '#a4b0be',
  recovery: 'rgba(164, 176, 190, 0.10)',
  window: 'rgba(227, 156, 196, 0.16)',
  lines: ['#ff8f45', '#56B4E9', '#2fc79a', '#e39cc4', '#E69F00', '#e8edf3'],
  bars: [
    ['#2f6f99', '#7cc8f5'],
    ['#17705a', '#4fd6ae'],
    ['#7d4463', '#e39cc4'],
    ['#3d4754', '#a4b0be'],
  ],
  standalone: false,
};

const TILE_PX = 20;
/** The tile is drawn at twice its size and scaled down, so that it stays sharp on dense screens. */
export const HATCH_SCALE = 0.5;

type HatchContext = Pick<CanvasRenderingContext2D, 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'fillRect' | 'beginPath' | 'moveTo' | 'lineTo' | 'stroke'>;

/** Draws the tile of the ghost hatch. The page and the PNG renderer bring their own canvas. */
export function drawHatch(context: HatchContext, theme: ChartTheme): void {
  context.fillStyle = VERMILION;
  context.fillRect(0, 0, TILE_PX, TILE_PX);
  context.strokeStyle = theme.ghostEdge;
  context.lineWidth = 3;
  context.beginPath();
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    context.moveTo(shift - 2, TILE_PX + 2);
    context.lineTo(shift + TILE_PX + 2, -2);
  }
  context.stroke();
}

export const HATCH_TILE_PX = TILE_PX;
