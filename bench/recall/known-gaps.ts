const NOT_YET = 'not decoded yet'

/** Rows that Lethe does not find, each with its reason. One that it finds turns the run red until its line is gone. */
export const knownGaps: ReadonlyMap<string, string> = new Map([
  ['EBCDIC', 'no inference server or store is known to write it'],
  ['raw deflate in a blob', 'it has no header: found at the beginning of a stream alone'],
  ['brotli', 'it has no header: tried in a deep scan alone'],
  ['zstd with a dictionary that is not there', 'nothing can be read without the dictionary'],
  ['zip, deflate64', `a method of zip: ${NOT_YET}, which is said`],
  ['7z, PPMd', `PPMd: ${NOT_YET}, which is said`],
  ['two streams, token by token in turn', `records of one field that belong to two streams: ${NOT_YET}`],
  ['one token a record, base64 each', `encoded texts of records: ${NOT_YET}`],
  ['token ids of cl100k, one a record of JSON', `token ids: ${NOT_YET}`],
  ['RocksDB, zlib', 'raw deflate in its blocks has no header'],
])
