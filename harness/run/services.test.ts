import { expect, test } from '@playwright/test'
import type { RunningService, Service } from '../model/service.ts'
import { Services } from './services.ts'

const { signal } = new AbortController()
const respond = () => ({ kind: 'stall' }) as const

function running(service: Omit<RunningService, 'stop'>): Service {
  return { start: async () => ({ ...service, stop: async () => {} }) }
}

test('a service’s address and, where it has one, its folder fill placeholders', async () => {
  const services = new Services({
    database: running({ url: 'postgres://127.0.0.1:1/name', folder: '/data/base/5' }),
    upstream: running({ url: 'http://127.0.0.1:2' }),
  })
  expect(await services.start(respond, signal)).toEqual({
    'services.database.url': 'postgres://127.0.0.1:1/name',
    'services.database.folder': '/data/base/5',
    'services.upstream.url': 'http://127.0.0.1:2',
  })
})

test('a service that does not start is named', async () => {
  const services = new Services({ database: { start: () => Promise.reject(new Error('no room')) } })
  await expect(services.start(respond, signal)).rejects.toMatchObject({
    code: 'SERVICE_START',
    message: expect.stringContaining('"database"'),
  })
})
