import type { Family } from '../row.ts'
import { byPython, filtered, written } from '../row.ts'

const print = (expression: string): string => `sys.stdout.write(${expression})`

/** Text written as text: escapes, character sets, substitutions. */
export const writtenForms: Family = {
  title: 'Written as text',
  rows: [
    written('plain text', 'a line of a log', 'app.log', ({ text }) => `INFO prompt: ${text}\n`),
    written('JSON', 'JSON.stringify', 'app.log', ({ text }) => `${JSON.stringify({ level: 'info', prompt: text })}\n`),
    written('JSON in JSON', 'JSON.stringify twice', 'app.log', ({ text }) =>
      JSON.stringify({ body: JSON.stringify({ messages: [{ role: 'user', content: text }] }) }),
    ),
    byPython('form of a URL', 'access.log', `import urllib.parse\n${print('urllib.parse.urlencode({"q": data})')}`),
    byPython('percent, every byte', 'access.log', print('"".join("%%%02X" % byte for byte in data)')),
    byPython('percent twice', 'access.log', print('"".join("%%25%02x" % byte for byte in data)')),
    byPython('HTML', 'page.html', `import html\n${print('html.escape(data.decode())')}`),
    byPython('HTML entities, decimal', 'page.html', print('"".join("&#%d;" % byte for byte in data)')),
    byPython('HTML entities, hex', 'page.html', print('"".join("&#x%x;" % byte for byte in data)')),
    byPython('\\u escapes', 'app.log', print('"".join("\\\\u%04x" % byte for byte in data)')),
    byPython('\\x escapes', 'app.log', print('"".join("\\\\x%02x" % byte for byte in data)')),
    byPython('octal escapes', 'app.log', print('"".join("\\\\%03o" % byte for byte in data)')),
    byPython(
      'quoted-printable, soft breaks',
      'mail.eml',
      'import quopri\nsys.stdout.buffer.write(quopri.encodestring(data))',
    ),
    byPython('quoted-printable, every byte', 'mail.eml', print('"".join("=%02X" % byte for byte in data)')),
    byPython(
      'a mail header',
      'mail.eml',
      `from email.header import Header\n${print('Header(data.decode(), "utf-8").encode()')}`,
    ),
    byPython(
      'a mail’s attachment',
      'mail.eml',
      `from email.message import EmailMessage
       message = EmailMessage()
       message.set_content("see attached")
       message.add_attachment(data, maintype="application", subtype="octet-stream", filename="prompt.txt")
       sys.stdout.buffer.write(bytes(message))`,
    ),
    filtered('UTF-16, little-endian', 'text.txt', 'iconv', '-f', 'UTF-8', '-t', 'UTF-16LE'),
    filtered('UTF-16, big-endian', 'text.txt', 'iconv', '-f', 'UTF-8', '-t', 'UTF-16BE'),
    filtered('UTF-16, byte-order mark', 'text.txt', 'iconv', '-f', 'UTF-8', '-t', 'UTF-16'),
    filtered('UTF-32', 'text.txt', 'iconv', '-f', 'UTF-8', '-t', 'UTF-32LE'),
    {
      ...filtered('EBCDIC', 'text.txt', 'iconv', '-f', 'UTF-8', '-t', 'IBM037'),
      undo: planting => planting.tool('iconv', ['-f', 'IBM037', '-t', 'UTF-8', planting.path('text.txt')]),
    },
    filtered('upper case', 'text.txt', 'tr', 'a-z', 'A-Z'),
    filtered('reversed', 'text.txt', 'rev'),
    filtered('ROT13', 'text.txt', 'tr', 'A-Za-z', 'N-ZA-Mn-za-m'),
    byPython('xor with one byte', 'text.bin', 'sys.stdout.buffer.write(bytes(byte ^ 0x5a for byte in data))'),
  ],
}
