import { readFileSync } from 'node:fs'
import type { Planting } from '../planting.ts'
import type { Family } from '../row.ts'
import { byPython, filtered, written } from '../row.ts'

/** Reads a dump back: Python's expressions for the words of a `line`, and for the bytes of a `word`. */
const fromLines =
  (words: string, bytes: string) =>
  (planting: Planting): Buffer => {
    const each = `${bytes} for line in data.decode().splitlines() for word in ${words}`
    return planting.python(`sys.stdout.buffer.write(b"".join(${each}))`, readFileSync(planting.path('dump.txt')))
  }

/** Bytes as numbers: lists, dumps. */
export const dumpedBytes: Family = {
  title: 'Dumped byte by byte',
  rows: [
    filtered('hex', 'dump.txt', 'xxd', '-p', '-c', '100000'),
    filtered('hex, upper case', 'dump.txt', 'basenc', '--base16', '-w0'),
    filtered('hex over lines', 'dump.txt', 'xxd', '-p'),
    filtered('hex over lines, upper case', 'dump.txt', 'basenc', '--base16'),
    byPython('hex, spaces', 'dump.txt', 'sys.stdout.write(data.hex(" "))'),
    byPython('hex, colons', 'dump.txt', 'sys.stdout.write(data.hex(":"))'),
    filtered('xxd', 'dump.txt', 'xxd'),
    {
      ...filtered('xxd, bits', 'dump.txt', 'xxd', '-b'),
      undo: fromLines('line.split(": ")[1].split("  ")[0].split()', 'bytes([int(word, 2)])'),
    },
    filtered('xxd, array of C', 'dump.h', 'xxd', '-i'),
    filtered('hexdump -C', 'dump.txt', 'hexdump', '-C'),
    filtered('hexdump', 'dump.txt', 'hexdump'),
    filtered('od, octal words', 'dump.txt', 'od'),
    filtered('od -t x1', 'dump.txt', 'od', '-t', 'x1'),
    {
      ...filtered('od -t x4', 'dump.txt', 'od', '-t', 'x4'),
      undo: fromLines('line.split()[1:]', 'bytes.fromhex(word)[::-1]'),
    },
    filtered('od -b', 'dump.txt', 'od', '-b'),
    {
      ...filtered('od -c', 'dump.txt', 'od', '-c'),
      undo: fromLines('line[7:].replace("    ", " 32").split()', 'bytes([32] if word == "32" else [ord(word[0])])'),
    },
    filtered('od -t u1', 'dump.txt', 'od', '-A', 'n', '-v', '-w100000', '-t', 'u1'),
    written('Buffer as JSON', 'JSON.stringify(buffer)', 'app.log', ({ text }) => JSON.stringify(Buffer.from(text))),
    written('Buffer as JSON, indented', 'JSON.stringify(buffer, null, 2)', 'app.json', ({ text }) =>
      JSON.stringify({ body: Buffer.from(text) }, null, 2),
    ),
    {
      ...written('Uint8Array as JSON', 'JSON.stringify(bytes)', 'app.log', ({ text }) =>
        JSON.stringify(new Uint8Array(Buffer.from(text))),
      ),
      undo: planting => Buffer.from(Object.values<number>(JSON.parse(readFileSync(planting.path('app.log'), 'utf8')))),
    },
    byPython('list of bytes, Python', 'app.log', 'print(list(data))'),
    byPython('list of bytes, Go', 'app.log', 'print("[" + " ".join(map(str, data)) + "]")'),
  ],
}
