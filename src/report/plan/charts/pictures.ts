import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import { type NamedPng, PngRenderer } from '../../png.js';
import { shownData } from '../../shown-result.js';
import { planChartsOf } from './catalogue.js';

/** All charts of a plan as pictures on white. */
export async function planPictures(plan: PlanResult): Promise<NamedPng[]> {
  const charts = planChartsOf(shownData(plan).data);
  if (charts.length === 0) return [];
  const renderer = await PngRenderer.load();
  const pictures: NamedPng[] = [];
  for (const chart of charts) pictures.push({ name: `${chart.kind}.png`, png: await renderer.render(chart) });
  return pictures;
}
