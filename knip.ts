import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'bin/lethe.ts!',
    'harness/test.ts!',
    'harness/deployment/define.ts!',
    'reports/playwright.ts!',
    'suites/*.{spec,setup}.ts',
    '{harness,reports,fixtures,.ci}/**/*.{test,selftest}.ts',
    'fixtures/**/{main,demo,lethe.config}.ts',
    // forked by its URL
    'fixtures/services/postgres-host.ts',
    '.ci/*.ts',
  ],
  project: ['{bin,harness,suites,fixtures,reports,.ci}/**/*.ts'],
  ignore: ['fixtures/subjects/*/node_modules/**'],
  ignoreDependencies: [
    // Runs every npm script on the Node that the package targets.
    'node',
    // `npm run check` calls the compiler by its path: see docs/decisions.
    'typescript-7',
    // Fixed by the package's users; the container driver is built on it.
    'testcontainers',
  ],
  ignoreExportsUsedInFile: true,
}

export default config
