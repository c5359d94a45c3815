import { ForensicDisk } from './forensic-disk.ts'

/** For tests: why no forensic disk of so many MiB can be made here, or null. */
export async function forensicDiskRefusal(mebibytes: number): Promise<string | null> {
  try {
    await (await ForensicDisk.create(mebibytes))[Symbol.asyncDispose]()
    return null
  } catch (error) {
    return String(error)
  }
}
