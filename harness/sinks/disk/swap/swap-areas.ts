import { readFile } from 'node:fs/promises'
import { reasonOf } from '../../../model/error.ts'
import { unescapedPath } from '../escaped-path.ts'
import { physicalExtents } from '../raw/physical-extents.ts'
import { type RawScan, type RawScanOptions, RawSource } from '../raw/raw-source.ts'

/** The paths of the active swap areas (proc(5), /proc/swaps). @throws a system error when they cannot be told */
export async function swapAreas(list = '/proc/swaps'): Promise<string[]> {
  const [, ...lines] = (await readFile(list, 'utf8')).split('\n')
  return lines.filter(line => line !== '').map(line => unescapedPath(line.split(/\s/)[0] ?? ''))
}

/**
 * Scans a swap area. The kernel swaps past the file system, which shows zeros in a file of preallocated blocks (`fallocate`)
 * whatever was swapped there: such a one is read on the device below it.
 *
 * @throws LetheError SINK_DENIED, SINK_UNREACHABLE
 */
export async function scanSwapArea(path: string, options: RawScanOptions): Promise<RawScan> {
  await using area = await RawSource.open(path)
  if (area.stats.isBlockDevice()) return await area.scan(options)
  const physical = await physicalExtents(area.path, area.stats)
  if ('unknown' in physical) return withGap(await area.scan(options), physical.unknown)
  if (!physical.isPreallocated) return await area.scan(options)
  try {
    await using device = await RawSource.open(physical.device)
    return await device.scan(options, physical.extents)
  } catch (error) {
    return withGap(await area.scan(options), reasonOf(error))
  }
}

function withGap(scan: RawScan, why: string): RawScan {
  const gap = `its blocks were not read on the device below (${why}), and a file that was made by fallocate hides what they hold; make it by dd`
  return { ...scan, gaps: [...scan.gaps, gap] }
}
