import { createHmac } from 'node:crypto'
import { Random } from '../../random.ts'
import type { Planting } from '../planting.ts'
import type { Family } from '../row.ts'
import { byPython, filtered, written } from '../row.ts'

const base64 = (bytes: string): string => Buffer.from(bytes).toString('base64')

/** A token as RFC 7519 writes it, its signature by HMAC-SHA256. */
function tokenOf({ text }: Planting): string {
  const [header, claims] = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: '1', prompt: text },
  ].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const signed = `${header}.${claims}`
  return `authorization: Bearer ${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}\n`
}

const amidBinary = ({ text }: Planting): Buffer => {
  const random = new Random('amid binary')
  return Buffer.concat([random.bytes(3000), Buffer.from(base64(text)), random.bytes(3000)])
}

/** In an alphabet of 16 to 85 characters. */
export const basedForms: Family = {
  title: 'Base64 and its like',
  rows: [
    ...[0, 1, 2].map(shift =>
      written(
        `base64, alignment ${shift}`,
        'base64 -w0',
        'app.log',
        planting => planting.tool('base64', ['-w0'], `${'x'.repeat(shift)}${planting.text}`),
        ['base64'],
      ),
    ),
    filtered('base64url', 'app.log', 'basenc', '--base64url', '-w0'),
    filtered('base64 over lines of 76', 'mail.eml', 'base64'),
    filtered('base64 over lines of 64', 'text.pem', 'openssl', 'enc', '-base64'),
    written('base64 of UTF-16', 'Buffer', 'app.log', ({ text }) => Buffer.from(text, 'utf16le').toString('base64')),
    written('base64 in UTF-16', 'Buffer', 'app.log', ({ text }) => Buffer.from(base64(text), 'utf16le')),
    written('base64 amid binary', 'Buffer', 'cache.bin', amidBinary),
    written('base64 twice', 'Buffer', 'app.log', ({ text }) => base64(base64(text))),
    written('base64 of JSON', 'Buffer', 'app.log', ({ text }) => base64(JSON.stringify({ prompt: text }))),
    written('base64, percent', 'encodeURIComponent', 'access.log', ({ text }) =>
      encodeURIComponent(base64(`>>${text}`)),
    ),
    written('hex of base64', 'Buffer', 'app.log', ({ text }) => Buffer.from(base64(text)).toString('hex')),
    written('data URL', 'Buffer', 'page.html', ({ text }) => `<a href="data:text/plain;base64,${base64(text)}">x</a>`),
    written(
      'basic authentication',
      'Buffer',
      'access.log',
      ({ text }) => `authorization: Basic ${base64(`u:${text}`)}\n`,
    ),
    written('JWT', 'RFC 7519, node:crypto', 'access.log', tokenOf),
    filtered('base32', 'app.log', 'base32', '-w0'),
    filtered('base32 over lines', 'app.log', 'base32'),
    {
      ...filtered('base32, extended hex', 'app.log', 'basenc', '--base32hex', '-w0'),
      undo: planting => planting.tool('basenc', ['--base32hex', '-d', planting.path('app.log')]),
    },
    byPython('base85', 'app.log', 'import base64\nsys.stdout.buffer.write(base64.b85encode(data))'),
    byPython('Ascii85', 'app.log', 'import base64\nsys.stdout.buffer.write(base64.a85encode(data, adobe=True))'),
    written(
      'Z85',
      'basenc --z85',
      'app.log',
      planting =>
        planting.tool('basenc', ['--z85', '-w0'], planting.text.padEnd(Math.ceil(planting.text.length / 4) * 4)),
      ['basenc'],
    ),
    {
      ...filtered('uuencode', 'mail.eml', 'uuencode', 'prompt.txt'),
      undo: planting => planting.tool('uudecode', ['-o', '/dev/stdout', planting.path('mail.eml')]),
    },
    filtered('uuencode -m', 'mail.eml', 'uuencode', '-m', 'prompt.txt'),
  ],
}
