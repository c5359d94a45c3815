import { z } from 'zod'
import { Results } from '../../harness/model/finding.ts'

/** JSON Schema (draft 2020-12) of `results.json`. Open to further fields: they may be added, never renamed. */
export function resultsJsonSchema(): object {
  return { $id: 'urn:lethe:results:1', title: 'Results of a Lethe run', ...z.toJSONSchema(Results, { io: 'input' }) }
}
