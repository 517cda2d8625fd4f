import { bundledSections } from './bundle.js';
import { describeGroup } from './describe-group.js';

const { loss } = await bundledSections();

describeGroup(loss);
