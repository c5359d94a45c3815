import { readInstalled } from './installed.ts'
import { tokenizers } from './registry.ts'

/** The process of `loadVocabularies`: ends by itself once it has sent what it read, or nobody is there to take it. */
process.once('disconnect', () => process.exit())
process.send?.(await readInstalled(tokenizers), () => process.disconnect())
