import type { ScenarioInput } from '../../scenario/schema.js';
import type { SeenMessage } from '../message-reader.js';

/** What a reduction may ask about the story that it makes simpler. */
export interface ShrinkContext {
  readonly seed: number;
  /** What became of messages in a run of the story. */
  messagesOf(story: ScenarioInput): readonly SeenMessage[];
}

/** A way to make a story simpler: every candidate is simpler than the story, and tried on its own. */
export interface Reduction {
  readonly name: string;
  candidates(story: ScenarioInput, context: ShrinkContext): Iterable<ScenarioInput>;
}

/** A copy that may be changed. */
export function copyOf(story: ScenarioInput): ScenarioInput {
  return structuredClone(story);
}
