const WASM_PAGE_BYTES = 65_536

/** The part of the JavaScript API of WebAssembly that is used here: the types of Node have none. */
declare const WebAssembly: { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } }

/**
 * Memory that begins at a page, as direct reading wants it (O_DIRECT, open(2)): that of WebAssembly is mapped, where that of a Buffer
 * begins anywhere. `bytes` are a multiple of 64 KiB.
 */
export function alignedMemory(bytes: number): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: bytes / WASM_PAGE_BYTES }).buffer)
}
