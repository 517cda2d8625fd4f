import { main } from './main.js';
import { realOutside } from './outside.js';

process.exitCode = await main(realOutside(), process.stderr);
