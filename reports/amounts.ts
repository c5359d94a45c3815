const grouped = new Intl.NumberFormat('en-US')

/** 12345 → `12,345` */
export function count(value: number): string {
  return grouped.format(value)
}

/** `1 canary`, `2 canaries` */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 1536 → `1.5 KiB` */
export function bytes(value: number): string {
  const power = value < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10))
  const scaled = value / 1024 ** power
  return `${power === 0 ? value : scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[power]}`
}

/** Between two ISO times: `850 ms`, `12.3 s`, `4 min 5 s`; `unknown` where one of them is no time. */
export function span(from: string, to: string): string {
  const milliseconds = Date.parse(to) - Date.parse(from)
  if (!Number.isFinite(milliseconds)) return 'unknown'
  if (milliseconds < 1000) return `${milliseconds} ms`
  const seconds = milliseconds / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

/** An ISO time as `2026-11-24 06:10:00 UTC`; what is no time stays as it is. */
export function instant(iso: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return parts === null ? iso : `${parts[1]} ${parts[2]} UTC`
}
