import { parentPort } from 'node:worker_threads'
import { readInstalled } from './installed.ts'
import { tokenizers } from './registry.ts'

/** The thread of `loadVocabularies`: ends by itself once it has read the packages, and all that they hold in memory with it. */
parentPort?.postMessage(await readInstalled(tokenizers))
