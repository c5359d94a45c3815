export { milliseconds } from '../model/duration.ts'
