import type { Rule } from '../harness/model/profile.ts'

/** What a rule asks for, in one plain sentence without its full stop. */
export function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'never-at-rest':
      return `${list(rule.data)} never found in ${list(rule.media)}`
    case 'gone-within':
      return `${list(rule.data)} gone from ${list(rule.media)} within ${rule.within} after ${clockText[rule.clock]}${available(rule)}`
    case 'encrypted-at-rest':
      return `${list(rule.data)} in ${list(rule.media)} only encrypted`
    case 'only-fields':
      return `records in ${list(rule.media)} hold only ${list(rule.allow.map(field => field.meaning))}`
    case 'only-destinations':
      return `${list(rule.data)} sent to nobody${exceptions(rule)}`
    case 'sampled-at-most':
      return `${list(rule.data)} of at most ${percent(rule.rate)} of the requests in ${list(rule.media)}, at ${percent(rule.confidence)} confidence`
    case 'not-learned':
      return `no model learns from ${list(rule.data)}`
    case 'isolated':
      return `${list(rule.data)} of one never reach another, between ${rule.between}`
    case 'disclosed':
      return `users of ${list(rule.models)} are told ${rule.what}`
  }
}

const clockText = {
  answered: 'the answer',
  completed: 'the job was complete',
  returned: 'the result was returned',
  created: 'it was created',
} as const

function available({ availableFor }: Extract<Rule, { kind: 'gone-within' }>): string {
  return availableFor === undefined ? '' : `, and there for at least ${availableFor}`
}

function exceptions({ allow }: Extract<Rule, { kind: 'only-destinations' }>): string {
  const named = allow.map(({ models, recipient, hosts }) => `${list(models)} to ${recipient} (${list(hosts)})`)
  return named.length === 0 ? '' : `, except ${named.join('; ')}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

function list(words: readonly string[]): string {
  return words.join(', ')
}
