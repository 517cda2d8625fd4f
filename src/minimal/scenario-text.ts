import { Document, isMap, isSeq } from 'yaml';
import type { ScenarioInput } from '../scenario/schema.js';

const LISTS = [['platform', 'accounts'], ['platform', 'endpoints'], ['workload'], ['steps']];

/** A story as a scenario file: accounts, endpoints, entries and steps on a line each, as people write them. @param head comments above it */
export function scenarioText(story: ScenarioInput, head: readonly string[]): string {
  const document = new Document(story);
  for (const path of LISTS) {
    const list = document.getIn(path);
    if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true;
  }
  // Lists without padding, as in the shipped scenarios.
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true }).replace(/keys: \[ ([\w, ]+) \]/g, 'keys: [$1]');
  return `${head.map((line) => `# ${line}\n`).join('')}${text}`;
}
