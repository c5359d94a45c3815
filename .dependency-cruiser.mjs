/** The layers, each with its reason. `only` lists what of Lethe's own a layer may import besides itself. */
const layers = [
  { layer: 'harness/model', only: [], because: 'the nouns depend on nothing' },
  {
    layer: 'harness/document',
    only: ['harness/model'],
    because: 'positions in what people write serve profile and configuration alike',
  },
  { layer: 'harness/canary', only: ['harness/model'], because: 'the codec must be usable by anyone who has a key' },
  { layer: 'harness/scan', only: ['harness/model', 'harness/canary'], because: 'the engine sees bytes, not places' },
  {
    layer: 'harness/sinks',
    only: ['harness/model', 'harness/canary', 'harness/scan'],
    because: 'a sink knows places, not runs nor verdicts',
  },
  { layer: 'harness/traffic', only: ['harness/model'], because: 'traffic is driven without knowing who looks where' },
  {
    layer: 'harness/deployment',
    only: ['harness/model', 'harness/document'],
    because: 'starting a deployment needs no sinks',
  },
  { layer: 'harness/profile', only: ['harness/model', 'harness/document'], because: 'promises are data' },
  {
    layer: 'harness/judge',
    only: ['harness/model'],
    because: 'verdicts must replay: the judge sees a recorded run and nothing else',
  },
  {
    layer: 'harness/run',
    only: [
      'harness/model',
      'harness/document',
      'harness/canary',
      'harness/scan',
      'harness/sinks',
      'harness/traffic',
      'harness/deployment',
      'harness/profile',
    ],
    because: 'collecting must not know verdicts',
  },
  { layer: 'reports', only: ['harness/model'], because: 'renderers are pure: results in, text out' },
  {
    layer: 'suites',
    only: ['harness/test.ts', 'harness/cli', 'harness/model'],
    because: 'a suite is written as a user would write it',
  },
]

const tests = '\\.(test|selftest|suite)\\.ts$'
const own = '^(bin|harness|suites|fixtures|reports)/'

const layerRules = layers.map(({ layer, only, because }) => ({
  name: `${layer.replace('harness/', '')}-imports`,
  comment: because,
  severity: 'error',
  from: { path: `^${layer}/`, pathNot: tests },
  to: { path: own, pathNot: [layer, ...only].map(path => `^${path}(/|$)`) },
}))

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycles',
      comment: 'files that need each other are one concept in two places',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'model-needs-zod-only',
      comment: 'whoever reads a run needs the model and nothing that it drags along',
      severity: 'error',
      from: { path: '^harness/model/', pathNot: tests },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'pure-judge-and-reports',
      comment: 'no files, clock or network: the same run gives the same bytes',
      severity: 'error',
      from: { path: '^(harness/judge|reports)/', pathNot: `${tests}|^reports/(playwright|generated)\\.ts$` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(util|crypto)$' },
    },
    {
      name: 'registries-only',
      comment: 'a concrete sink, surface, fault, driver or decoder is known to its registry alone',
      severity: 'error',
      from: { path: '^harness/', pathNot: `${tests}|/registry\\.ts$` },
      to: {
        path: '^harness/(sinks/(disk/(tree|writes|deleted|raw|swap|dumps)|log/file|log/stdio|database/postgres|api/doors)|traffic/(surfaces|faults)/(?!registry)[^/]+|deployment/drivers/(?!registry)[^/]+)\\.ts$',
      },
    },
    {
      name: 'harness-needs-no-fixtures',
      comment: 'what is tested must not be part of the tester; selftest alone runs the fixtures',
      severity: 'error',
      from: { path: '^(harness|reports|bin)/', pathNot: `${tests}|^harness/cli/selftest\\.ts$` },
      to: { path: '^fixtures/' },
    },
    {
      name: 'no-tests-from-code',
      comment: 'tests are not part of the product',
      severity: 'error',
      from: { pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'fixtures/subjects/[^/]+/node_modules|^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
