import { defineConfig } from '@playwright/test'

/**
 * unit: tests beside the code. collect: one run against the deployment of the configuration. conformance: one spec a
 * clause, judged from that run. selftest: mutants, twins and whole-tool tests. A leak seen once is a leak: no retries.
 */
export default defineConfig({
  testDir: '.',
  retries: 0,
  workers: 2,
  fullyParallel: false,
  timeout: 60_000,
  reporter: [['list'], ['./reports/playwright.ts'], ...(process.env.CI ? [['./.ci/tally.ts'] as const] : [])],
  projects: [
    {
      name: 'unit',
      testMatch: ['{harness,reports,fixtures,bench,.ci}/**/*.test.ts'],
      testIgnore: ['**/node_modules/**'],
    },
    { name: 'collect', testMatch: ['suites/collect.setup.ts'], timeout: 180_000 },
    { name: 'conformance', testMatch: ['suites/*.spec.ts'], dependencies: ['collect'] },
    {
      name: 'selftest',
      testMatch: ['{harness,reports,fixtures,.ci}/**/*.selftest.ts'],
      testIgnore: ['**/node_modules/**'],
      timeout: 300_000,
    },
  ],
})
