const NOT_YET = 'not decoded yet'

/** Rows that Lethe does not find, each with its reason. One that it finds turns the run red until its line is gone. */
export const knownGaps: ReadonlyMap<string, string> = new Map([
  ['EBCDIC', 'no inference server or store is known to write it'],
  ['xxd', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['xxd, bits', `a dump in bits: ${NOT_YET}`],
  ['hexdump -C', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['hexdump', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['od, octal words', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['od -t x1', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['od -t x4', `a dump in words of four bytes: ${NOT_YET}`],
  ['od -b', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['od -c', `a dump over lines: ${NOT_YET}; a fragment is seen as evidence`],
  ['Uint8Array as JSON', `a list with its indices as keys: ${NOT_YET}`],
  ['base32, extended hex', `another alphabet of base32: ${NOT_YET}`],
  ['uuencode', `its lines and alphabet: ${NOT_YET}`],
  ['raw deflate in a blob', 'it has no header: found at the beginning of a stream alone'],
  ['brotli', 'it has no header: tried in a deep scan alone'],
  ['zstd with a dictionary that is not there', 'nothing can be read without the dictionary'],
  ['lzma', `the format before xz: ${NOT_YET}`],
])
