import { bundledSections } from './bundle.js';
import { describeGroup } from './describe-group.js';

const { generalService } = await bundledSections();

describeGroup(generalService);
