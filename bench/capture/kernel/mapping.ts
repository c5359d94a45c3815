import koffi from 'koffi'
import type { Address } from './libc.ts'
import { done, mmap, munmap, Refused } from './libc.ts'

/** Of `<sys/mman.h>`. */
const PROT_READ_WRITE = 3
const MAP_SHARED = 1
const MAP_PRIVATE_ANONYMOUS = 0x22
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

/** Memory that is given back at the end of its block (mmap(2)). It begins at a page. */
export class Mapping implements Disposable {
  readonly at: Address
  readonly bytes: number
  #mapped = true

  private constructor(at: Address, bytes: number) {
    if (at === MAP_FAILED) throw new Refused('mmap', koffi.errno())
    this.at = at
    this.bytes = bytes
  }

  /** A file's bytes from `offset` on: what is written there is written to the file. @throws Refused */
  static shared(fd: number, bytes: number, offset = 0): Mapping {
    return new Mapping(mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, offset), bytes)
  }

  /** Zeros of this process alone. @throws Refused */
  static anonymous(bytes: number): Mapping {
    return new Mapping(mmap(null, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0), bytes)
  }

  [Symbol.dispose](): void {
    if (!this.#mapped) return
    this.#mapped = false
    done('munmap', munmap(this.at, this.bytes))
  }
}
