import { readFile, writeFile } from 'node:fs/promises'
import { expect } from '@playwright/test'

/** Compares with the golden file to the byte; UPDATE_GOLDEN=1 writes it instead. */
export async function expectGolden(name: string, text: string): Promise<void> {
  const file = new URL(name, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(Buffer.from(text).equals(await readFile(file)), `${name} differs: UPDATE_GOLDEN=1 rewrites it, then read the change`).toBe(true)
}
