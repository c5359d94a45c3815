const sampleRate = 16_000
const samples = sampleRate / 4
const pitch = 440

/**
 * A quarter second of a quiet tone as a WAV file (16 kHz, mono, 16 bit), with `comment` (ASCII) as its ICMT text.
 * @param padding bytes that are put into the comment later on: the lengths in the file count them already
 */
export function wavWithComment(comment: string, padding = 0): Uint8Array {
  const format = Buffer.alloc(16)
  format.writeUInt16LE(1, 0)
  format.writeUInt16LE(1, 2)
  format.writeUInt32LE(sampleRate, 4)
  format.writeUInt32LE(sampleRate * 2, 8)
  format.writeUInt16LE(2, 12)
  format.writeUInt16LE(16, 14)
  const info = Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from(`${comment}\0`, 'ascii'), padding)])
  return chunk(
    'RIFF',
    Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), chunk('LIST', info, padding), chunk('data', tone())]),
    padding,
  )
}

function tone(): Buffer {
  const data = Buffer.alloc(samples * 2)
  for (let sample = 0; sample < samples; sample++) {
    data.writeInt16LE(Math.round(3000 * Math.sin((2 * Math.PI * pitch * sample) / sampleRate)), sample * 2)
  }
  return data
}

function chunk(id: string, data: Buffer, padding = 0): Buffer {
  const bytes = data.length + padding
  const head = Buffer.alloc(8)
  head.write(id, 'ascii')
  head.writeUInt32LE(bytes, 4)
  // Chunks start at even offsets.
  return Buffer.concat([head, data, Buffer.alloc(bytes % 2)])
}
