import { describe, expect, it, test } from 'vitest';
import { bundledSections } from './bundle.js';
import { itStandsInTheDocument } from './describe-group.js';

const { bounds: section } = await bundledSections();

describe("Kingman's bound", () => {
  test.each(section.queues)('lies above the mean wait of $model', (queue) => {
    expect(section.staysBelow(queue)).toBe(true);
  });

  test.each(section.queues)('would be crossed by $model at a load of 0.9', (queue) => {
    const { setting } = queue;
    const busier = { ...queue, setting: { ...setting, service: { ...setting.service, mean: 0.9 / 0.8 } } };
    expect(section.staysBelow(busier)).toBe(false);
  });
});

describe("Lee and Longton's scaling", () => {
  it('comes near the mean wait of M/D/10', () => {
    const { setting, requests, approximation, within } = section.scaling;
    const { mean } = section.meanWait(setting, requests);
    expect(Math.abs(mean - approximation) / approximation).toBeLessThan(within);
  });
});

itStandsInTheDocument(section);
