import type { Fault } from './fault.ts'
import { clientAbort } from './faults/client-abort.ts'
import { malformedJson } from './faults/malformed-json.ts'
import { overLength } from './faults/over-length.ts'
import { unknownModel } from './faults/unknown-model.ts'
import { upstream500 } from './faults/upstream-500.ts'
import { upstreamTimeout } from './faults/upstream-timeout.ts'
import { wrongTypes } from './faults/wrong-types.ts'
import type { Surface } from './surface.ts'
import { anthropicMessages } from './surfaces/anthropic-messages.ts'
import { deepinfraInference } from './surfaces/deepinfra-inference.ts'
import { openaiChat } from './surfaces/openai-chat.ts'
import { openaiCompletions } from './surfaces/openai-completions.ts'
import { openaiEmbeddings } from './surfaces/openai-embeddings.ts'

export const surfaces: readonly Surface[] = [
  openaiChat,
  openaiCompletions,
  openaiEmbeddings,
  deepinfraInference,
  anthropicMessages,
]

/** In the order in which they are driven on a surface. */
export const faults: readonly Fault[] = [
  malformedJson,
  wrongTypes,
  overLength,
  unknownModel,
  upstream500,
  upstreamTimeout,
  clientAbort,
]
