import { fileURLToPath } from 'node:url';
import { LoadChild } from '../load/process/load-child.js';
import { parentLine } from '../load/process/parent-line.js';
import { realOutside } from './outside.js';
import { tracesBeside } from './trace-files.js';

// The script of a load process: a further entry of the program beside `bin`.
const { files } = realOutside();
// Beside the compiled code: the build puts it there.
const thread = fileURLToPath(new URL('./sdk-thread.js', import.meta.url));

new LoadChild({ line: parentLine, tracesOf: (scenarioFile) => tracesBeside(scenarioFile, files), thread }).serve();
