export { inputOf, runnableSetting, SettingRun } from '../../src/playground/setting-run.js';
export { prepareScenario } from '../../src/prepare.js';
export { runToEnd, ScenarioRun } from '../../src/run.js';
export { sourceOfData } from '../../src/scenario/source.js';
