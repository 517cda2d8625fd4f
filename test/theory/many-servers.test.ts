import { bundledSections } from './bundle.js';
import { describeGroup } from './describe-group.js';

const { manyServers } = await bundledSections();

describeGroup(manyServers);
