import { z } from 'zod'

/**
 * How a request ended. `answered`: a 2xx of the expected shape. `refused`: 4xx. `failed`: 5xx. `garbled`: an answer
 * that is not of the protocol. `aborted`: we hung up on purpose. `timed-out`, `unreachable`: no whole answer came.
 */
export const Outcome = z.enum(['answered', 'refused', 'failed', 'garbled', 'aborted', 'timed-out', 'unreachable'])
export type Outcome = z.infer<typeof Outcome>

const Payload = z.object({ bytes: z.number().int(), sha256: z.string() })

/** One request and what became of it. Times are ISO 8601, UTC. */
export const Exchange = z.object({
  id: z.string(),
  /** such as `openai.chat` */
  surface: z.string(),
  /** such as `plain`, `streamed`, `multipart` */
  variant: z.string(),
  /** the fault's id, or null for a request that should go well */
  fault: z.string().nullable(),
  startedAt: z.string(),
  /** first byte of the answer */
  answeredAt: z.string().nullable(),
  /** last byte of the answer, or the end of the attempt */
  endedAt: z.string(),
  outcome: Outcome,
  status: z.number().int().nullable(),
  /** the request id that the deployment gave, in its answer or in a header */
  requestId: z.string().nullable(),
  sent: Payload,
  received: Payload,
  /** ids of the canaries that the request carried */
  carried: z.array(z.string()),
  /** ids of the canaries that came back in the answer */
  returned: z.array(z.string()),
  /** why it ended as it did, when that is not obvious */
  note: z.string().nullable(),
})
export type Exchange = z.infer<typeof Exchange>
