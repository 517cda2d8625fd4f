// Two layouts of a request: twenty typed arrays indexed by number, and one pooled object. Run: node bench/request-layout.mjs
const SLOTS = 8192;
const INTS = [
  'account',
  'key',
  'endpoint',
  'traffic',
  'owner',
  'attempts',
  'requeues',
  'execution',
  'lease',
  'token',
  'deadlineTimer',
  'requeueTimer',
  'line',
  'state',
  'exempt',
];
const DOUBLES = ['ordinal', 'calledUs', 'deadlineUs', 'serviceUs'];

class Arrays {
  constructor() {
    for (const name of INTS) this[name] = new Int32Array(SLOTS);
    for (const name of DOUBLES) this[name] = new Float64Array(SLOTS);
  }
}

class Pooled {
  constructor() {
    for (const name of INTS) this[name] = 0;
    for (const name of DOUBLES) this[name] = 0.5;
  }
}

// One source for both: only the way to a field differs.
function loop(field, pick = '') {
  const assign = (name, value) => `${field(name)} = ${value};`;
  const fill = [
    ...['owner', 'execution', 'lease', 'token', 'deadlineTimer', 'requeueTimer', 'line'].map((name) => assign(name, -1)),
    ...['attempts', 'requeues', 'exempt', 'endpoint'].map((name) => assign(name, 0)),
    ...['account', 'key', 'traffic'].map((name) => assign(name, 'i & 127')),
    assign('state', 1),
    assign('ordinal', 'i'),
    ...['calledUs', 'serviceUs', 'deadlineUs'].map((name) => assign(name, 't')),
  ].join('\n');
  return `for (let i = 0; i < n; i++) {
    t += 0.25;
    { const id = Math.imul(i, 0x9e3779b1) >>> 19; ${pick} ${fill} }
    { const id = Math.imul(i - 3000, 0x9e3779b1) >>> 19; ${pick}
      if (${field('state')} === 1 && ${field('line')} === -1) sum += ${field('account')} + ${field('key')} + ${field('traffic')};
      ${field('execution')} = 3; ${field('lease')} = 4; ${field('attempts')}++; ${field('state')} = 6;
      sum += ${field('deadlineUs')} + ${field('calledUs')}; }
  } return sum;`;
}

const overArrays = new Function(
  'all',
  'n',
  't',
  'sum',
  loop((name) => `all.${name}[id]`),
);
const overObjects = new Function(
  'all',
  'n',
  't',
  'sum',
  loop((name) => `r.${name}`, 'const r = all[id];'),
);
const REQUESTS = 5_000_000;

function nanoseconds(work, all) {
  const before = process.cpuUsage();
  work(all, REQUESTS, 0.5, 0);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / REQUESTS) * 1000;
}

const arrays = new Arrays();
const objects = Array.from({ length: SLOTS }, () => new Pooled());
for (let round = 0; round < 4; round++) {
  console.log(`typed arrays ${nanoseconds(overArrays, arrays).toFixed(1)} ns a request, pooled objects ${nanoseconds(overObjects, objects).toFixed(1)} ns`);
}
