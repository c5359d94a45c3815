import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base'
import llamaTokenizer from 'llama-tokenizer-js'
import { lethe, startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'

const escapeAll = (text: string) =>
  [...text].map(char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const percentAll = (text: string) =>
  [...text].map(char => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
const wide = (text: string, size: number) =>
  Buffer.from(
    Uint8Array.from({ length: text.length * size }, (_, at) => (at % size === 0 ? text.charCodeAt(at / size) : 0)),
  )
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()

/** What somebody may do to a text before it rests somewhere, and the chain by which it is found again. */
const ENCODINGS: readonly (readonly [
  name: string,
  via: readonly string[],
  encode: (text: string) => string | Uint8Array,
])[] = [
  ['plain', [], text => `before ${text} after`],
  ['json', [], text => JSON.stringify({ prompt: `say "${text}"\n` })],
  ['json-all', ['json'], text => `{"prompt":"${escapeAll(text)}"}`],
  ['percent', [], text => encodeURIComponent(`q=${text}&x=ü`)],
  ['percent-all', ['percent'], percentAll],
  ['base64-0', ['base64'], text => Buffer.from(text).toString('base64')],
  ['base64-1', ['base64'], text => Buffer.from(`x${text}`).toString('base64')],
  ['base64-2', ['base64'], text => Buffer.from(`xx${text}`).toString('base64')],
  ['base64url', ['base64'], text => Buffer.from(`??>${text}~~`).toString('base64url')],
  ['hex', ['hex'], text => Buffer.from(text).toString('hex')],
  ['hex-upper', ['hex'], text => Buffer.from(text).toString('hex').toUpperCase()],
  ['utf16le', ['utf16le'], text => Buffer.from(text, 'utf16le')],
  ['utf16be', ['utf16be'], text => swapped(`x${text}`)],
  ['utf32le', ['utf32le'], text => Buffer.concat([Buffer.alloc(3), wide(text, 4)])],
  [
    'base64-wide',
    ['utf16le', 'base64'],
    text => Buffer.concat([Buffer.alloc(1), Buffer.from(Buffer.from(text).toString('base64'), 'utf16le')]),
  ],
  [
    'base64-mime',
    ['base64'],
    text =>
      (
        Buffer.from(`${text}`.padStart(80))
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\r\n'),
  ],
  ['hex-spaced', ['hex'], text => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(' ')],
  ['hex-literals', ['hex'], text => [...Buffer.from(text)].map(byte => `0x${byte.toString(16)}`).join(', ')],
  ['xxd', ['xxd'], text => (Buffer.from(text).toString('hex').match(/.{4}/g) ?? []).join(' ')],
  ['escape', ['escape'], text => Buffer.from(text).toString('hex').replace(/../g, '\\x$&')],
  ['buffer-json', ['decimal'], text => JSON.stringify({ body: Buffer.from(text) })],
  ['buffer-json-pretty', ['decimal'], text => JSON.stringify({ body: Buffer.from(text) }, null, 2)],
  ['octal', ['octal'], text => [...Buffer.from(text)].map(byte => byte.toString(8).padStart(3, '0')).join(' ')],
  [
    'quoted-printable',
    ['quoted-printable'],
    text => Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '=$&'),
  ],
  ['html', ['html'], text => [...Buffer.from(text)].map(byte => `&#${byte};`).join('')],
  ['html-hex', ['html'], text => [...Buffer.from(text)].map(byte => `&#x${byte.toString(16)};`).join('')],
  ['upper', ['upper'], text => text.toUpperCase()],
  ['reversed', ['reversed'], text => [...text].reverse().join('')],
  ['xor', ['xor'], text => Buffer.from(text).map(byte => byte ^ 0x5a)],
  ['token-ids', ['decimal', 'tokens:o200k'], text => JSON.stringify({ ids: encodeO200k(`say ${text}`) })],
  [
    'token-ids-in-memory',
    ['u16le', 'tokens:llama2'],
    text => new Uint8Array(Uint16Array.from(llamaTokenizer.encode(`say ${text} twice`)).buffer),
  ],
  ['gzip', ['gzip'], text => gzipSync(`a line\n${text}\n`)],
  ['gzip-of-base64', ['gzip', 'base64'], text => gzipSync(Buffer.from(`xx${text}`).toString('base64'))],
  ['base64-of-gzip', ['base64', 'gzip'], text => gzipSync(text).toString('base64')],
]

async function mint(run: string, count = 1): Promise<string[]> {
  const { code, stdout } = await lethe('canary', '--run', run, '-n', String(count))
  expect(code).toBe(0)
  return stdout.trim().split('\n')
}

test('a canary that was planted by hand is found in every encoding, with path, offset and chain', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  const tree = join(folder.path, 'tree')
  await mkdir(tree)
  const canaries = await mint(run, ENCODINGS.length)
  expect(new Set(canaries).size).toBe(ENCODINGS.length)
  for (const [index, [name, , encode]] of ENCODINGS.entries()) {
    await writeFile(
      join(tree, name),
      Buffer.concat([Buffer.from('#'.repeat(37)), Buffer.from(encode(canaries[index] ?? ''))]),
    )
  }
  const { code, stdout } = await lethe('scan', tree, '--run', run, '--json')
  expect(code).toBe(1)
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({ type: 'coverage', items: ENCODINGS.length, incomplete: [], decoys: 0 })
  const sightings = lines.slice(0, -1)
  expect(sightings).toHaveLength(ENCODINGS.length)
  for (const [index, [name, via]] of ENCODINGS.entries()) {
    const found = sightings.find(sighting => sighting.path === join(tree, name))
    expect(found, name).toMatchObject({
      type: 'sighting',
      role: 'payload',
      via,
      confirmed: true,
      canary: canaries[index]?.slice(20, 32),
    })
    expect(found.offset, name).toBeGreaterThanOrEqual(37)
  }
})

test('a clean folder: 0; the run itself and its key are never found', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  await mint(run, 3)
  await writeFile(join(folder.path, 'innocent'), 'nothing of interest')
  const { code, stdout } = await lethe('scan', folder.path, '--run', run, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ type: 'coverage', items: 1, incomplete: [] })
})

test('what cannot be read: 3, with the place; a find counts for more', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  const [canary = ''] = await mint(run)
  const tree = join(folder.path, 'tree')
  await mkdir(join(tree, 'locked'), { recursive: true })
  await chmod(join(tree, 'locked'), 0)
  const scan = () => startLethe(['scan', tree, '--run', run, '--json'], { unprivileged: true }).finished
  const closed = await scan()
  expect(closed.code, closed.stderr).toBe(3)
  expect(JSON.parse(closed.stdout).incomplete).toEqual([
    { path: join(tree, 'locked'), reason: expect.stringContaining('EACCES') },
  ])
  await writeFile(join(tree, 'found'), canary)
  expect((await scan()).code).toBe(1)
  await chmod(join(tree, 'locked'), 0o700)
  expect((await lethe('scan', join(folder.path, 'nowhere'), '--run', run)).code).toBe(3)
})

test('a FIFO, a socket or a device that is named is said, never waited for', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  await mint(run)
  const fifo = join(folder.path, 'fifo')
  spawnSync('mkfifo', [fifo])
  for (const path of [fifo, '/dev/zero']) expect((await lethe('scan', path, '--run', run)).code, path).toBe(3)
  expect((await lethe('scan', folder.path, '--run', run)).code).toBe(0)
})

test('standard input is a place like any other', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  const [canary = ''] = await mint(run)
  const scan = (input: string) =>
    spawnSync(process.execPath, [resolve('bin/lethe.ts'), 'scan', '-', '--run', run, '--json'], {
      input,
      encoding: 'utf8',
    })
  const found = scan(`some text ${canary}`)
  expect(found.status).toBe(1)
  expect(JSON.parse(found.stdout.split('\n')[0] ?? '')).toMatchObject({ path: '-', offset: 10, via: [] })
  expect(scan('some text').status).toBe(0)
})

test('more canaries of the same run are new ones; another run does not find them', async () => {
  await using folder = await temporaryFolder()
  const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')]
  const canaries = [...(await mint(first)), ...(await mint(first))]
  expect(new Set(canaries).size).toBe(2)
  await mint(second)
  const file = join(folder.path, 'file')
  await writeFile(file, canaries.join(' '))
  expect((await lethe('scan', file, '--run', first)).code).toBe(1)
  expect((await lethe('scan', file, '--run', second)).code).toBe(0)
})

test('usage errors: 2, with what to do', async () => {
  await using folder = await temporaryFolder()
  for (const args of [
    ['scan'],
    ['scan', '.'],
    ['nonsense'],
    ['canary', '--run', join(folder.path, 'r'), '-n', 'many'],
    ['judge', folder.path],
    ['run', '--inconclusive=perhaps'],
  ]) {
    const { code, stderr } = await lethe(...args)
    expect(code, args.join(' ')).toBe(2)
    expect(stderr, args.join(' ')).not.toMatch(/\n\s+at /)
  }
})
