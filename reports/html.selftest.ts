import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { type Browser, chromium } from 'playwright'

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

test.skip(EXECUTABLE === undefined, 'no Chromium is installed: bash .ci/prepare as root on Debian installs it')

let browser: Browser
test.beforeAll(async () => {
  browser = await chromium.launch({ executablePath: EXECUTABLE ?? '', args: QUIET })
})
test.afterAll(() => browser?.close())

for (const sample of ['leaking.html', 'voided.html', 'kept.html']) {
  for (const width of [1300, 420]) {
    test(`${sample} at ${width} pixels: one page, nothing fetched, nothing overflows, hostile text stays text`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 900 } })
      const complaints: string[] = []
      const fetched: string[] = []
      page.on('console', message => complaints.push(message.text()))
      page.on('pageerror', error => complaints.push(error.message))
      page.on('request', request => fetched.push(request.url()))
      page.on('dialog', dialog => dialog.dismiss().then(() => complaints.push('a script of the content ran')))
      const url = pathToFileURL(resolve('reports/golden', sample)).href
      await page.goto(url)
      expect(complaints).toEqual([])
      expect(fetched).toEqual([url])
      expect(await page.locator('h1').innerText()).not.toBe('')
      expect(await page.locator('main').locator('script').count()).toBe(0)
      const root = 'document.documentElement'
      const overflow = await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`)
      expect(overflow).toBeLessThanOrEqual(0)
      await page.close()
    })
  }
}
