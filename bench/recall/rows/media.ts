import { PDFDocument, StandardFonts } from 'pdf-lib'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'
import { byPython, written } from '../row.ts'

/** exiftool takes a second: the unit tests make one picture of each way to compress. */
const IN_TESTS = ['PNG, compressed text chunk', 'JPEG, EXIF comment']

/** A picture by Pillow, in which exiftool then writes the text. */
function tagged(name: string, file: string, ...args: readonly string[]): Row {
  return {
    name,
    ...(IN_TESTS.includes(name) ? {} : { heavy: true }),
    how: `exiftool ${args.join(' ')}`,
    needs: ['exiftool', 'python3:PIL'],
    make: planting => {
      planting.python(
        'from PIL import Image\nImage.new("RGB", (64, 48), "teal").save(sys.argv[1])',
        '',
        planting.path(file),
      )
      const values = args.map(arg => (arg.endsWith('=') ? `${arg}${planting.text}` : arg))
      planting.tool('exiftool', ['-q', '-overwrite_original', ...values, planting.path(file)])
    },
  }
}

/** A LIST chunk of type INFO before the samples (Multimedia Programming Interface and Data Specifications 1.0, RIFF). */
function wavOf(text: string): Buffer {
  const chunk = (id: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.write(id)
    head.writeUInt32LE(data.length, 4)
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
  }
  const format = Buffer.from('0100010044ac00008858010002001000', 'hex')
  const info = chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from(`${text}\0`))]))
  return chunk(
    'RIFF',
    Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), info, chunk('data', Buffer.alloc(800))]),
  )
}

const lines = (text: string): string[] => text.match(/.{1,90}( |$)/g) ?? [text]

const pdfText = (planting: Planting): Buffer => planting.tool('pdftotext', ['-layout', planting.path('a.pdf'), '-'])

const pdfByLibrary: Row = {
  name: 'PDF, text by glyphs',
  how: 'npm pdf-lib, a standard font',
  needs: [],
  make: async planting => {
    const document = await PDFDocument.create()
    const font = await document.embedFont(StandardFonts.Helvetica)
    const page = document.addPage()
    for (const [index, line] of lines(planting.text).entries()) {
      page.drawText(line, { x: 20, y: 700 - 14 * index, size: 10, font })
    }
    planting.write('a.pdf', await document.save())
  },
  undo: pdfText,
}

const pdfTitle: Row = {
  name: 'PDF, title in an object stream',
  how: 'npm pdf-lib',
  needs: [],
  make: async planting => {
    const document = await PDFDocument.create()
    document.addPage()
    document.setTitle(planting.text)
    planting.write('a.pdf', await document.save())
  },
  undo: planting => planting.tool('pdfinfo', [planting.path('a.pdf')]),
}

/** Pictures, sound, and pages. */
export const media: Family = {
  title: 'Media',
  rows: [
    tagged('PNG, text chunk', 'a.png', '-PNG:Comment='),
    tagged('PNG, compressed text chunk', 'a.png', '-z', '-PNG:Comment='),
    tagged('PNG, XMP', 'a.png', '-XMP-dc:Description='),
    tagged('JPEG, EXIF comment', 'a.jpg', '-EXIF:UserComment='),
    tagged('JPEG, EXIF title of Windows', 'a.jpg', '-EXIF:XPTitle='),
    tagged('JPEG, comment', 'a.jpg', '-Comment='),
    tagged('JPEG, IPTC', 'a.jpg', '-IPTC:Caption-Abstract='),
    tagged('WebP, XMP', 'a.webp', '-XMP-dc:Description='),
    written('WAV, comment', 'a LIST chunk by the RIFF specification', 'a.wav', ({ text }) => wavOf(text)),
    {
      name: 'FLAC, comment',
      how: 'flac --tag',
      needs: ['flac'],
      make: planting => {
        const args = [
          '-s',
          '-f',
          '--force-raw-format',
          '--endian=little',
          '--channels=1',
          '--bps=16',
          '--sample-rate=8000',
        ]
        const tag = `--tag=COMMENT=${planting.text}`
        planting.tool('flac', [...args, '--sign=signed', tag, '-o', planting.path('a.flac'), '-'], Buffer.alloc(1600))
      },
    },
    {
      ...byPython(
        'PDF, page by reportlab',
        'a.pdf',
        `import io, textwrap
       from reportlab.pdfgen import canvas
       it = io.BytesIO()
       page = canvas.Canvas(it, pageCompression=1)
       [page.drawString(20, 800 - 12 * at, line) for at, line in enumerate(textwrap.wrap(data.decode(), 90))]
       page.save()
       sys.stdout.buffer.write(it.getvalue())`,
        ['reportlab'],
      ),
      needs: ['python3', 'python3:reportlab', 'pdftotext'],
      undo: pdfText,
    },
    pdfByLibrary,
    pdfTitle,
  ],
}
