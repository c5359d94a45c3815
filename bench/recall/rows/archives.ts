import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'
import { written } from '../row.ts'

/** A row of one archive, written by a shell command (`$1`: the archive) from `prompt.txt`, after a file of other things. */
function archived(name: string, file: string, command: string, ...needs: readonly string[]): Row {
  return {
    name,
    how: command.replaceAll('"$1"', file).replaceAll(/ >\/dev\/null/g, ''),
    needs,
    make: planting => {
      planting.tool('sh', ['-c', 'cat > prompt.txt; seq 3000 > other.txt'])
      planting.tool('sh', ['-c', command, 'sh', planting.path(file)])
    },
  }
}

/** What only 7z reads back. */
const by7z = (row: Row): Row => ({
  ...row,
  undo: planting => planting.tool('sh', ['-c', '7z e -so "$1"/*', 'sh', planting.folder]),
})

const FILES = 'other.txt prompt.txt'

const bodyOf = <Body>(planting: Planting): Body => JSON.parse(readFileSync(planting.path('app.log'), 'utf8')).body

/** A document by a library of Python; the script has the text as `text` and writes to `sys.argv[1]`. */
function document(name: string, file: string, module: string, script: string): Row {
  return {
    name,
    how: `python3-${module}`,
    needs: ['python3', `python3:${module}`],
    make: planting => {
      planting.python(`text = data.decode()\n${script}`, planting.text, planting.path(file))
    },
  }
}

/** Archives, images of file systems, and documents that are archives. */
export const archives: Family = {
  title: 'Archives and documents',
  rows: [
    archived('zip', 'a.zip', `zip -q "$1" ${FILES}`, 'zip'),
    archived('zip, stored', 'a.zip', `zip -q -0 "$1" ${FILES}`, 'zip'),
    archived('zip of a stream', 'a.zip', 'cat prompt.txt | zip -q - - > "$1"', 'zip'),
    archived('zip, bzip2', 'a.zip', `zip -q -Z bzip2 "$1" ${FILES}`, 'zip'),
    by7z(archived('zip, LZMA', 'a.zip', `7z a -tzip -mm=LZMA "$1" ${FILES} >/dev/null`, '7z')),
    by7z(archived('zip, deflate64', 'a.zip', `7z a -tzip -mm=Deflate64 "$1" ${FILES} >/dev/null`, '7z')),
    by7z(archived('7z', 'a.7z', `7z a "$1" ${FILES} >/dev/null`, '7z')),
    by7z(archived('7z, PPMd', 'a.7z', `7z a -m0=PPMd "$1" ${FILES} >/dev/null`, '7z')),
    archived('7z, stored', 'a.7z', `7z a -mx0 "$1" ${FILES} >/dev/null`, '7z'),
    archived('tar', 'a.tar', `tar -cf "$1" ${FILES}`, 'tar'),
    archived('tar.gz', 'a.tar.gz', `tar -czf "$1" ${FILES}`, 'tar', 'gzip'),
    archived('tar.bz2', 'a.tar.bz2', `tar -cjf "$1" ${FILES}`, 'tar', 'bzip2'),
    archived('tar.xz', 'a.tar.xz', `tar -cJf "$1" ${FILES}`, 'tar', 'xz'),
    archived('tar.zst', 'a.tar.zst', `tar --zstd -cf "$1" ${FILES}`, 'tar', 'zstd'),
    archived('zip in tar.gz', 'a.tar.gz', `zip -q in.zip ${FILES} && tar -czf "$1" in.zip`, 'tar', 'gzip', 'zip'),
    archived('ar', 'a.a', `ar rc "$1" ${FILES} 2>/dev/null`, 'ar'),
    archived('cpio, gzip', 'a.cpio.gz', `printf '%s\\n' ${FILES} | cpio -o --quiet | gzip > "$1"`, 'cpio', 'gzip'),
    archived(
      'squashfs, gzip',
      'a.squashfs',
      `mksquashfs ${FILES} "$1" -no-progress -no-xattrs >/dev/null`,
      'mksquashfs',
    ),
    archived(
      'squashfs, zstd',
      'a.squashfs',
      `mksquashfs ${FILES} "$1" -comp zstd -no-progress >/dev/null`,
      'mksquashfs',
    ),
    archived(
      'ext4 image',
      'disk.img',
      'truncate -s 4M "$1" && mkfs.ext4 -q -F "$1" && debugfs -w -R "write prompt.txt prompt.txt" "$1" 2>/dev/null >/dev/null',
      'mkfs.ext4',
      'debugfs',
    ),
    archived(
      'ext4 image, deleted file',
      'disk.img',
      'truncate -s 4M "$1" && mkfs.ext4 -q -F "$1" && printf "write prompt.txt p\\nrm p\\n" | debugfs -w -f - "$1" 2>/dev/null >/dev/null',
      'mkfs.ext4',
      'debugfs',
    ),
    document(
      'docx',
      'a.docx',
      'docx',
      'import docx\nit = docx.Document()\nit.add_paragraph(text)\nit.save(sys.argv[1])',
    ),
    document(
      'xlsx',
      'a.xlsx',
      'openpyxl',
      'import openpyxl\nit = openpyxl.Workbook()\nit.active["B2"] = text\nit.save(sys.argv[1])',
    ),
    written('base64 of gzip', 'gzip | base64', 'app.log', p => p.tool('sh', ['-c', 'gzip -c | base64 -w0']), ['gzip']),
    written('base64 of gzip over lines', 'gzip | base64', 'mail.eml', p => p.tool('sh', ['-c', 'gzip -c | base64']), [
      'gzip',
    ]),
    written('gzip of base64', 'base64 | gzip', 'app.log.gz', p => p.tool('sh', ['-c', 'base64 -w0 | gzip -c']), [
      'gzip',
    ]),
    written('hex of gzip', 'gzip | xxd -p', 'app.log', p => p.tool('sh', ['-c', 'gzip -c | xxd -p -c 9999']), [
      'gzip',
      'xxd',
    ]),
    written('gzip of gzip', 'gzip | gzip', 'app.log.gz', p => p.tool('sh', ['-c', 'gzip -c | gzip -c']), ['gzip']),
    written('xz of zstd', 'zstd | xz', 'a.zst.xz', p => p.tool('sh', ['-c', 'zstd -qc | xz -c']), ['zstd', 'xz']),
    written('base64 of zstd', 'zstd | base64', 'app.log', p => p.tool('sh', ['-c', 'zstd -qc | base64 -w0']), ['zstd']),
    written('gzip in a JSON string', 'gzip | base64, JSON.stringify', 'app.log', planting =>
      JSON.stringify({ body: planting.tool('sh', ['-c', 'gzip -c | base64 -w0']).toString() }),
    ),
    {
      ...written('gzip in a JSON string, over lines', 'gzip | base64, JSON.stringify', 'app.log', planting =>
        JSON.stringify({ body: planting.tool('sh', ['-c', 'gzip -c | base64']).toString() }),
      ),
      undo: planting => gunzipSync(Buffer.from(bodyOf<string>(planting), 'base64')),
    },
    {
      ...written('gzip in Buffer JSON', 'gzip, JSON.stringify(buffer)', 'app.log', planting =>
        JSON.stringify({ body: planting.tool('gzip', ['-c']) }),
      ),
      undo: planting => gunzipSync(Buffer.from(bodyOf<{ data: number[] }>(planting).data)),
    },
  ],
}
