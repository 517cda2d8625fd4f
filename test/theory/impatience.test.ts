import { bundledSections } from './bundle.js';
import { describeGroup } from './describe-group.js';

const { impatience } = await bundledSections();

describeGroup(impatience);
