import { parentPort, workerData } from 'node:worker_threads';
import type { SdkThreadData } from '../load/sdk/thread-messages.js';
import { serveSdkThread } from '../load/sdk/thread-side.js';
import { realOutside } from './outside.js';
import { tracesBeside } from './trace-files.js';

/** The script of a thread that makes calls with the real SDK. */
const data = workerData as SdkThreadData;
if (parentPort !== null) await serveSdkThread(parentPort, data, tracesBeside(data.order.scenarioFile, realOutside().files));
