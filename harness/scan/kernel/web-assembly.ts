import { readFileSync } from 'node:fs'

export interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** The part of the JavaScript API of WebAssembly that is used here: the types of Node have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { initial: number }) => Memory
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

export const PAGE = 2 ** 16

/** Compiles a file of this folder. Built from `assembly/` by `npm run build:kernel`. */
export function compile(file: string): object {
  return new WebAssembly.Module(readFileSync(new URL(file, import.meta.url)))
}

export const emptyMemory = (): Memory => new WebAssembly.Memory({ initial: 0 })

/** @param imports by the name of the module that declares them */
export function instantiate(module: object, imports: Record<string, object>): object {
  return new WebAssembly.Instance(module, imports).exports
}
